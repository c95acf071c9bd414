// Input: a model file. Expects an error, or a model that predicts certainties.
#include "genre/model.h"

#include <span>
#include <vector>

#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  const auto model = genre::Model::load(std::as_bytes(std::span(data, size)));
  if (!model) {
    require(model.error().code == genre::ErrorCode::kBadModel && !model.error().message.empty());
    return 0;
  }
  const genre::ModelInfo& info = (*model)->info();
  const std::vector<float> features(genre::feature_names(info.feature_set).size());
  std::vector<float> certainties(info.labels.size());
  genre::Classifier(*model).predict_proba(features, certainties);
  for (const float certainty : certainties) require(certainty >= 0 && certainty <= 1);
  return 0;
}
