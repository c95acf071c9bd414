#include "server/api/audio_prediction.h"

#include <fmt/format.h>

#include <utility>

#include "server/api/error_response.h"

namespace genre::server {

tl::expected<std::optional<Prediction>, http::Problem> AudioPrediction::step(
    Predictor& predictor, const std::stop_token& stop) {
  if (!prediction_) {
    const auto decoded = element_.decode_some();
    if (!decoded) {
      return tl::make_unexpected(
          malformed_inference(fmt::format("{} is not a base64 string.", name_)));
    }
    if (*decoded) {
      prediction_ =
          std::make_unique<predict::FilePrediction>(AudioFile(element_.bytes()), options_);
    }
    return std::nullopt;
  }
  auto predicted = prediction_->step(predictor, stop);
  if (predicted) return *std::move(predicted);
  const auto& [code, message] = predicted.error();
  return tl::make_unexpected(to_problem(Error{code, fmt::format("{}: {}", name_, message)}));
}

}  // namespace genre::server
