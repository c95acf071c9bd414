// A request for what a player draws of a file: the work on its body.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "http/problem.h"
#include "predict/overview.h"
#include "server/api/query.h"
#include "server/api/work.h"

namespace genre::server {

struct PeaksJob {
  PeaksQuery query = {};
  std::optional<std::string> boundary = {};  // of a multipart body; else the body is the file
};

// A job like a prediction, so that the same limits hold, and other clients have their turn.
class PeaksWork final : public Work {
 public:
  // body must outlive the object. model: of the predictor whose limits are used.
  PeaksWork(PeaksJob job, std::span<const std::byte> body, ModelInUse model, std::stop_token stop);

  [[nodiscard]] tl::expected<std::size_t, http::Problem> read() override;
  [[nodiscard]] std::size_t n_predictions() const override { return 1; }
  [[nodiscard]] bool predicts() const override { return false; }
  [[nodiscard]] bool step(std::size_t part, Predictor& predictor) override;
  [[nodiscard]] http::Reply finish() override;

 private:
  PeaksJob job_;
  std::span<const std::byte> body_;
  std::stop_token stop_;
  std::optional<predict::FileOverview> running_;
  std::optional<Result<predict::Overview>> result_;
};

}  // namespace genre::server
