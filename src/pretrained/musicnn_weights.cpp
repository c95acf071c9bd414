#include "pretrained/musicnn_weights.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "pretrained/tensor_bundle.h"
#include "pretrained/zip_file.h"

namespace genre::pretrained {
namespace {

constexpr const char* kIndex = "musicnn/MSD_musicnn/.index";
constexpr const char* kData = "musicnn/MSD_musicnn/.data-00000-of-00001";
constexpr std::size_t kMostIndexBytes = std::size_t{1} << 20;
constexpr std::size_t kMostDataBytes = std::size_t{32} << 20;  // the optimizer's numbers too

constexpr std::size_t kConvolutions = 8;

// Keras numbers the layers of a kind, from the second one on.
std::string numbered(const std::string& layer, std::size_t i) {
  return i == 0 ? layer : fmt::format("{}_{}", layer, i);
}

// The arrays in the order in which the layers need them.
std::vector<std::string> array_names() {
  std::vector<std::string> names;
  const auto add = [&](const std::string& layer, std::initializer_list<const char*> parts) {
    for (const char* part : parts) names.push_back(layer + "/" + part);
  };
  const auto add_norm = [&](std::size_t i) {
    add(numbered("batch_normalization", i), {"gamma", "beta", "moving_mean", "moving_variance"});
  };
  add_norm(0);
  for (std::size_t i = 0; i < kConvolutions; ++i) {
    add(numbered("conv2d", i), {"kernel", "bias"});
    add_norm(i + 1);
  }
  add_norm(kConvolutions + 1);
  add("dense", {"kernel", "bias"});
  add_norm(kConvolutions + 2);
  add("dense_1", {"kernel", "bias"});
  return names;
}

}  // namespace

Result<Weights> read_musicnn(base::Bytes file) {
  const auto zip = ZipFile::open(file);
  if (!zip) return tl::make_unexpected(zip.error());
  const auto* index_entry = zip->find(kIndex);
  const auto* data_entry = zip->find(kData);
  if (index_entry == nullptr || data_entry == nullptr) {
    return fail(ErrorCode::kBadModel,
                std::string("the archive has no ") + (index_entry == nullptr ? kIndex : kData));
  }
  const auto index = zip->read(*index_entry, kMostIndexBytes);
  if (!index) return tl::make_unexpected(index.error());
  const auto data = zip->read(*data_entry, kMostDataBytes);
  if (!data) return tl::make_unexpected(data.error());
  const auto arrays = read_tensor_bundle(*index, *data);
  if (!arrays) return tl::make_unexpected(arrays.error());
  std::vector<base::Bytes> ordered;
  for (const std::string& name : array_names()) {
    const auto found = arrays->find(name);
    // A missing one changes the SHA-256, as any other difference does.
    if (found != arrays->end()) ordered.push_back(found->second);
  }
  return Weights::verify(ordered, kMusicnnSha256);
}

}  // namespace genre::pretrained
