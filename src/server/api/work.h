// The work on the body of a request, in parts that several threads can take.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "genre/predictor.h"
#include "http/problem.h"

namespace genre::server {

// The model that a request began with: a reload meanwhile does not change it.
struct ModelInUse {
  std::size_t index = 0;  // of its name
  std::shared_ptr<const Model> model;
};

class Work {
 public:
  explicit Work(ModelInUse model) : model_(std::move(model)) {}
  virtual ~Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  // Reads the body and returns the number of parts, at least one. Call it once, first.
  [[nodiscard]] virtual tl::expected<std::size_t, http::Problem> read() = 0;

  // The model whose predictor step takes. Only read may change it.
  [[nodiscard]] const ModelInUse& model() const { return model_; }

  // The number of predictions that the rate limit counts. Call it after read.
  [[nodiscard]] virtual std::size_t n_predictions() const = 0;

  // Whether metrics and statistics count it among the model's predictions.
  [[nodiscard]] virtual bool predicts() const { return true; }

  // Does a step of a part: at most about one window. Returns whether the part has more steps. Other
  // threads may work on other parts meanwhile; the parts must begin in their order.
  [[nodiscard]] virtual bool step(std::size_t part, Predictor& predictor) = 0;

  // The response, after the last step of all parts.
  [[nodiscard]] virtual http::Reply finish() = 0;

 protected:
  [[nodiscard]] const ModelInfo& info() const { return model_.model->info(); }

  ModelInUse model_;
};

}  // namespace genre::server
