// Inference by the Open Inference Protocol: POST /v2/models/genre/infer.
#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "genre/predictor.h"
#include "http/problem.h"
#include "predict/file_prediction.h"
#include "server/api/inference_request.h"
#include "server/api/inference_response.h"
#include "server/api/work.h"

namespace genre::server {

// Audio files are a part each, and used as a whole, as POST /v1/predict does. All features are one
// part.
class InferenceWork final : public Work {
 public:
  // body and model must outlive the object. header_length: the request's
  // Inference-Header-Content-Length, or empty.
  InferenceWork(std::span<const std::byte> body, std::string header_length, const ModelInfo& model,
                std::stop_token stop);

  [[nodiscard]] tl::expected<std::size_t, http::Problem> read() override;
  [[nodiscard]] std::size_t n_predictions() const override { return n_; }
  [[nodiscard]] bool step(std::size_t part, Predictor& predictor) override;
  [[nodiscard]] http::Reply finish() override;

 private:
  struct File {
    std::unique_ptr<predict::FilePrediction> prediction = nullptr;  // while it is in progress
    bool finished = false;
  };

  [[nodiscard]] std::optional<http::Problem> step_file(std::size_t part, Predictor& predictor);
  [[nodiscard]] std::optional<http::Problem> classify_some(Predictor& predictor);
  void finish_file(std::size_t part);
  void fail(std::size_t part, http::Problem problem);

  std::span<const std::byte> body_;
  std::string header_length_;
  const ModelInfo& model_;
  std::stop_token stop_;
  InferenceRequest request_;
  std::size_t n_ = 0;             // elements of the input
  InferenceResults results_;      // of n_ elements
  std::vector<File> files_;       // [n_] if the input is audio
  std::size_t n_classified_ = 0;  // elements, if the input is features

  // The first element with an error decides the response, whatever the order in which threads find
  // the errors.
  std::atomic<std::size_t> failed_ = std::numeric_limits<std::size_t>::max();
  std::mutex mutex_;
  std::optional<http::Problem> problem_;  // of that element; guarded by mutex_
};

// Renders a problem in the protocol's own form: {"error": detail, "code"}.
[[nodiscard]] http::Response to_inference_error(const http::Problem& problem);

}  // namespace genre::server
