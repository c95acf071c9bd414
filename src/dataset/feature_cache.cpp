#include "dataset/feature_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <xtensor/xarray.hpp>
#include <xtensor/xnpy.hpp>

namespace genre::dataset {

namespace fs = std::filesystem;

std::uint64_t content_hash(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : bytes) {
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  }
  return hash;
}

FeatureCache::FeatureCache(std::string folder, std::string settings)
    : folder_(std::move(folder)), settings_(std::move(settings)) {}

std::string FeatureCache::path(std::uint64_t content) const {
  const auto settings = content_hash(std::as_bytes(std::span(settings_)));
  return fs::path(folder_) / fmt::format("{:016x}-{:016x}.npy", content, settings);
}

// A row a window: its features, then 1 where it is augmented.
std::optional<std::vector<WindowFeatures>> FeatureCache::load(std::uint64_t content,
                                                              std::size_t n_features) const {
  if (folder_.empty()) return std::nullopt;
  std::ifstream file(path(content), std::ios::binary);
  if (!file) return std::nullopt;
  try {
    const auto rows = xt::load_npy<float>(file);
    if (rows.dimension() != 2 || rows.shape(1) != n_features + 1) return std::nullopt;
    std::vector<WindowFeatures> windows(rows.shape(0));
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const float* row = rows.data() + i * (n_features + 1);
      windows[i] = {{row, row + n_features}, row[n_features] != 0};
    }
    return windows;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void FeatureCache::store(std::uint64_t content, std::span<const WindowFeatures> windows) const {
  if (folder_.empty() || windows.empty()) return;
  std::error_code ignored;
  fs::create_directories(folder_, ignored);
  const std::size_t n_columns = windows.front().features.size() + 1;
  auto rows = xt::xarray<float>::from_shape({windows.size(), n_columns});
  float* value = rows.data();
  for (const WindowFeatures& window : windows) {
    value = std::ranges::copy(window.features, value).out;
    *value++ = window.augmented ? 1 : 0;
  }
  // Under another name first, so that nobody reads half a file.
  const std::string final_path = path(content);
  const std::string temporary = fmt::format(
      "{}.{}.{}", final_path, getpid(), std::hash<std::thread::id>()(std::this_thread::get_id()));
  try {
    xt::dump_npy(temporary, rows);
    fs::rename(temporary, final_path, ignored);
  } catch (const std::exception&) {  // no space, or no permission
    fs::remove(temporary, ignored);
  }
}

}  // namespace genre::dataset
