#include "predict/embedding.h"

#include <stdexcept>
#include <variant>

#include "audio/resample.h"

namespace genre::predict {
namespace {

InputValues values_of(const ModelInput& input) {
  if (const auto* features = std::get_if<FeaturesInput>(&input.source)) {
    return InputValues(*features);
  }
  return InputValues(std::get<PatchInput>(input.source));
}

}  // namespace

std::vector<std::string> embedding_names(std::size_t n_values) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= n_values; ++i) names.push_back("embedding" + std::to_string(i));
  return names;
}

std::span<const float> at_rate(const Samples& samples, int sr, std::vector<float>& storage) {
  if (samples.sr == sr) return samples.y;
  storage = audio::resample(samples.y, samples.sr, sr);
  return storage;
}

Embedding::Embedding(const NetworkInput& input, const Model& network)
    : values_(values_of(network.info().inputs.at(0))),
      network_(network.onnx(), network.info(), input.outputs) {}

std::vector<float> Embedding::compute(const Samples& piece) {
  values_.compute(at_rate(piece, values_.sample_rate(), resampled_));
  std::vector<float> mean;
  for (std::size_t patch = 0; patch < values_.n_patches(); ++patch) {
    const std::span<const float> values = values_.patch(patch);
    std::size_t at = 0;
    for (const std::span<const float> output : network_.run(std::span(&values, 1))) {
      mean.resize(std::max(mean.size(), at + output.size()));
      for (const float value : output) mean[at++] += value;
    }
  }
  for (float& value : mean) value /= static_cast<float>(values_.n_patches());
  return mean;
}

}  // namespace genre::predict
