#include "model/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <variant>

#include "model/bad_model.h"

namespace genre::model {

std::vector<int> shape_of(const ModelInput& input, std::size_t n_frames) {
  if (const auto* features = std::get_if<FeaturesInput>(&input.source)) {
    return {1, static_cast<int>(feature_names(features->feature_set).size())};
  }
  if (const auto* network = std::get_if<NetworkInput>(&input.source)) {
    return {1, static_cast<int>(network->size)};
  }
  auto shape = std::get<PatchInput>(input.source).shape;
  std::ranges::replace(shape, -1, static_cast<int>(n_frames));
  return shape;
}

std::size_t size_of(const std::vector<int>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, [](std::size_t size, int n) {
    return size * static_cast<std::size_t>(n);
  });
}

Result<std::size_t> output_size(const NetworkInput& input, const Model& network) {
  const auto& sizes = network.info().output_sizes;
  std::size_t size = 0;
  for (const std::string& name : input.outputs) {
    const auto output = sizes.find(name);
    if (output == sizes.end()) {
      return bad_model(
          fmt::format("its network {} has no float output {} [N, n]", input.network, name));
    }
    size += output->second;
  }
  return size;
}

}  // namespace genre::model
