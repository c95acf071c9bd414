#include "dataset/feature_cache.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <xtensor/xarray.hpp>
#include <xtensor/xnpy.hpp>

#include "base/files.h"

namespace genre::dataset {

namespace fs = std::filesystem;

std::uint64_t content_hash(const AudioFile& file) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  if (!state) throw std::bad_alloc();
  const std::uint64_t size = file.size();
  XXH3_64bits_reset_withSeed(state.get(), size);
  std::vector<std::byte> piece(std::size_t{256} << 10);
  for (std::uint64_t at = 0; at < std::min(size, kMostHashed); at += piece.size()) {
    XXH3_64bits_update(state.get(), piece.data(), file.read(at, piece));
  }
  return XXH3_64bits_digest(state.get());
}

FeatureCache::FeatureCache(std::string folder, std::string settings)
    : folder_(std::move(folder)), settings_(std::move(settings)) {}

std::string FeatureCache::path(std::uint64_t content) const {
  const std::uint64_t settings = XXH3_64bits(settings_.data(), settings_.size());
  return fs::path(folder_) / fmt::format("{:016x}-{:016x}.npy", content, settings);
}

// One row per window: its features, then 1 if it is augmented, else 0.
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
  } catch (const std::exception&) {  // a damaged file is a cache miss
    return std::nullopt;
  }
}

void FeatureCache::store(std::uint64_t content, std::span<const WindowFeatures> windows) const {
  if (folder_.empty() || windows.empty()) return;
  const std::size_t n_columns = windows.front().features.size() + 1;
  try {
    auto rows = xt::xarray<float>::from_shape({windows.size(), n_columns});
    float* value = rows.data();
    for (const WindowFeatures& window : windows) {
      value = std::ranges::copy(window.features, value).out;
      *value++ = window.augmented ? 1 : 0;
    }
    std::error_code ignored;
    fs::create_directories(folder_, ignored);
    static_cast<void>(base::write_file(path(content), xt::dump_npy(rows)));
  } catch (const std::exception&) {  // out of memory: the next run computes the features again
  }
}

}  // namespace genre::dataset
