// The prediction of an audio file inside a request of one of KServe's protocols.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <tl/expected.hpp>

#include "genre/predictor.h"
#include "http/problem.h"
#include "predict/file_prediction.h"
#include "server/api/tensor_data.h"

namespace genre::server {

// Use it from one thread at a time.
class AudioPrediction {
 public:
  // name: of the element in the request, for problems: "audio[3]".
  AudioPrediction(AudioElement element, std::string name, const WindowOptions& options)
      : element_(std::move(element)), name_(std::move(name)), options_(options) {}

  // Decodes some base64, or takes a step of the prediction. Returns the prediction after the last
  // step, else nothing. Decoding is left to the steps so that memory holds the bytes only of the
  // files in progress.
  [[nodiscard]] tl::expected<std::optional<Prediction>, http::Problem> step(
      Predictor& predictor, const std::stop_token& stop);

 private:
  AudioElement element_;
  std::string name_;
  WindowOptions options_;
  std::unique_ptr<predict::FilePrediction> prediction_;  // once the bytes are decoded
};

}  // namespace genre::server
