// Inference by the Open Inference Protocol: POST /v2/models/{model}/infer.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "genre/predictor.h"
#include "http/problem.h"
#include "server/api/audio_prediction.h"
#include "server/api/first_problem.h"
#include "server/api/inference_request.h"
#include "server/api/inference_response.h"
#include "server/api/work.h"

namespace genre::server {

// Audio files are a part each, and used as a whole, as POST /v1/predict does. All features are one
// part.
class InferenceWork final : public Work {
 public:
  // body must outlive the object. header_length: the request's
  // Inference-Header-Content-Length, or empty. model_name: the one in the request's path.
  InferenceWork(std::span<const std::byte> body, std::string header_length, std::string model_name,
                ModelInUse model, std::stop_token stop);

  [[nodiscard]] tl::expected<std::size_t, http::Problem> read() override;
  [[nodiscard]] std::size_t n_predictions() const override { return n_; }
  [[nodiscard]] bool step(std::size_t part, Predictor& predictor) override;
  [[nodiscard]] http::Reply finish() override;

 private:
  [[nodiscard]] std::optional<http::Problem> step_file(std::size_t part, Predictor& predictor);
  [[nodiscard]] std::size_t n_features() const;
  [[nodiscard]] std::optional<http::Problem> classify_some(Predictor& predictor);

  std::span<const std::byte> body_;
  std::string header_length_, model_name_;
  std::stop_token stop_;
  InferenceRequest request_;
  std::size_t n_ = 0;                                    // elements of the input
  InferenceResults results_;                             // of n_ elements
  std::vector<std::unique_ptr<AudioPrediction>> files_;  // [n_] of audio; null: finished
  std::size_t n_classified_ = 0;                         // elements, if the input is features
  FirstProblem first_problem_;
};

// False for features far outside the range of music.
[[nodiscard]] bool is_finite(const Classification& result);

// Renders a problem in the protocol's own form: {"error": detail, "code"}.
[[nodiscard]] http::Response to_inference_error(const http::Problem& problem);

}  // namespace genre::server
