// Input: a model file. Expects an error, or a model that predicts certainties.
#include "genre/model.h"

#include <span>
#include <vector>

#include "fuzz/target.h"
#include "model/shape.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  const auto model = genre::Model::load(std::as_bytes(std::span(data, size)));
  if (!model) {
    require(model.error().code == genre::ErrorCode::kBadModel && !model.error().message.empty());
    return 0;
  }
  const genre::ModelInfo& info = (*model)->info();
  std::vector<std::vector<float>> zeros;
  for (const genre::ModelInput& input : info.inputs) {
    const auto* patch = std::get_if<genre::PatchInput>(&input.source);
    const auto shape = genre::model::shape_of(input, patch ? patch->frontend.patch_frames : 1);
    zeros.emplace_back(genre::model::size_of(shape));
  }
  const std::vector<std::span<const float>> inputs(zeros.begin(), zeros.end());
  std::vector<float> certainties(info.labels.size());
  genre::Classifier(*model).predict_proba(inputs, certainties);
  for (const float certainty : certainties) require(certainty >= 0 && certainty <= 1);
  return 0;
}
