// Predictions by KServe's v1 protocol: POST /v1/models/{model}:predict.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stop_token>
#include <variant>
#include <vector>

#include "genre/predictor.h"
#include "http/problem.h"
#include "server/api/audio_prediction.h"
#include "server/api/first_problem.h"
#include "server/api/work.h"

namespace genre::server {

// The body is {"instances": [...]} with 1 to kMaxBatch elements, each {"b64": an audio file} or an
// array of the model's features. Each is a part. Audio files are used as a whole, as POST
// /v1/predict does. The response is {"predictions": [...]} with an element for each: genre,
// certainty, genres, confident, model, warnings, and for audio duration and sample_rate. The first
// instance that fails is the error of the whole request.
class InstancesWork final : public Work {
 public:
  // body must outlive the object.
  InstancesWork(std::span<const std::byte> body, ModelInUse model, std::stop_token stop);
  ~InstancesWork() override;

  [[nodiscard]] tl::expected<std::size_t, http::Problem> read() override;
  [[nodiscard]] std::size_t n_predictions() const override { return instances_.size(); }
  [[nodiscard]] bool step(std::size_t part, Predictor& predictor) override;
  [[nodiscard]] http::Reply finish() override;

 private:
  using Features = std::vector<float>;
  using Instance = std::variant<Features, std::unique_ptr<AudioPrediction>>;
  using Json = nlohmann::ordered_json;

  [[nodiscard]] tl::expected<Instance, http::Problem> read_instance(nlohmann::json& json) const;
  [[nodiscard]] tl::expected<std::optional<Json>, http::Problem> predict(std::size_t part,
                                                                         Predictor& predictor);

  std::span<const std::byte> body_;
  std::stop_token stop_;
  std::vector<Instance> instances_;
  std::vector<Json> predictions_;  // [n_instances]
  FirstProblem first_problem_;
};

}  // namespace genre::server
