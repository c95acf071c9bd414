#include "genre/predictor.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/stopwatch.h"
#include "model/activation.h"
#include "predict/file_prediction.h"
#include "predict/window_inputs.h"

namespace genre {
namespace {

// Networks are of one model only, so predictors of two models never share them.
bool same_inputs(const Model& a, const Model& b) {
  return a.info().inputs == b.info().inputs && a.networks().empty();
}

}  // namespace

std::vector<GenreCertainty> Prediction::ranked(std::span<const float> values) const {
  std::vector<GenreCertainty> genres;
  for (std::size_t i = 0; i < labels.size(); ++i) genres.push_back({labels[i], values[i]});
  std::ranges::stable_sort(genres, std::ranges::greater{}, &GenreCertainty::certainty);
  return genres;
}

Predictor::Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits)
    : limits_(limits),
      inputs_(std::make_shared<predict::WindowInputs>(*model)),
      classifier_(std::move(model)) {}

Predictor::Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits,
                     const Predictor& same_thread)
    : limits_(limits),
      inputs_(same_inputs(*model, same_thread.model())
                  ? same_thread.inputs_
                  : std::make_shared<predict::WindowInputs>(*model)),
      classifier_(std::move(model)) {}

Result<Prediction> Predictor::predict(const AudioFile& file, const WindowOptions& options) {
  predict::FilePrediction prediction(file, options);
  while (true) {
    auto predicted = prediction.step(*this, stop_);
    if (!predicted) return tl::make_unexpected(std::move(predicted.error()));
    if (*predicted) return **std::move(predicted);
  }
}

Classification Predictor::classify(std::span<const float> features) {
  if (!model().info().only_features()) {
    throw std::invalid_argument("the model does not take features alone");
  }
  std::vector<float> certainties(model().info().labels.size());
  {
    const base::Stopwatch stopwatch(times_.model);
    classifier_.predict_proba(features, certainties);
  }
  ++times_.predictions;
  const auto none = none_of_these(1, classifier_.none());
  const auto sure = confident(certainties, classifier_.novelty(), none, 1);
  return {std::move(certainties), sure, none};
}

std::optional<float> Predictor::none_of_these(std::size_t n_windows, double sum) const {
  if (model().info().outputs.none.empty() || n_windows == 0) return std::nullopt;
  return static_cast<float>(model::sigmoid(sum / static_cast<double>(n_windows)));
}

std::optional<bool> Predictor::confident(std::span<const float> certainties, double novelty,
                                         std::optional<float> none_of_these,
                                         std::size_t n_windows) const {
  const auto& thresholds = model().info().confident;
  if (!thresholds) return std::nullopt;
  const double certainty = std::ranges::max(certainties) * (1 - none_of_these.value_or(0.0F));
  return thresholds->reached(certainty, novelty, n_windows);
}

}  // namespace genre
