#include "predict/window_inputs.h"

#include <algorithm>

namespace genre::predict {

bool needs_source(const ModelInfo& model) {
  return std::ranges::any_of(model.inputs, [&](const ModelInput& input) {
    const auto* patch = std::get_if<PatchInput>(&input.source);
    return std::holds_alternative<NetworkInput>(input.source) ||
           (patch && patch->frontend.sr != model.sample_rate());
  });
}

WindowInputs::WindowInputs(std::span<const ModelInput> inputs,
                           const std::map<std::string, std::shared_ptr<const Model>>& networks) {
  for (const ModelInput& input : inputs) {
    Input& added = inputs_.emplace_back();
    if (const auto* features = std::get_if<FeaturesInput>(&input.source)) {
      added.values.emplace(*features);
    } else if (const auto* patch = std::get_if<PatchInput>(&input.source)) {
      added.values.emplace(*patch);
    } else {
      const auto& network = std::get<NetworkInput>(input.source);
      added.embedding = std::make_shared<Embedding>(network, *networks.at(network.network));
      added.whole_file = network.excerpts.has_value();
    }
  }
}

void WindowInputs::compute(const Samples& window, const Samples& source) {
  n_patches_ = 1;
  for (Input& input : inputs_) {
    if (input.whole_file) continue;
    if (input.embedding) {
      input.embedded = input.embedding->compute(source);
      continue;
    }
    const int sr = input.values->sample_rate();
    input.values->compute(sr == window.sr ? window.y : at_rate(source, sr, resampled_));
    n_patches_ = std::max(n_patches_, input.values->n_patches());
  }
}

std::span<const float> WindowInputs::values(std::size_t input, std::size_t patch) const {
  const Input& from = inputs_[input];
  if (!from.values) return from.embedded;
  return from.values->patch(std::min(patch, from.values->n_patches() - 1));
}

std::vector<std::vector<std::vector<float>>> WindowInputs::copy() const {
  std::vector<std::vector<std::vector<float>>> patches(n_patches_);
  for (std::size_t patch = 0; patch < n_patches_; ++patch) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const auto from = values(i, patch);
      patches[patch].emplace_back(from.begin(), from.end());
    }
  }
  return patches;
}

}  // namespace genre::predict
