#include "server/api/open_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_text.h"
#include "base/memory.h"
#include "server/api/error_response.h"
#include "server/api/inference_response.h"

namespace genre::server {
namespace {

constexpr std::size_t kRowsPerStep = 64;  // of features: about as long as one window of audio

http::Problem malformed(std::string detail) {
  return http::Problem{400, "malformed_inference_request", std::move(detail)};
}

bool is_finite(const Classification& result) {
  return std::ranges::all_of(result.certainties, [](float value) { return std::isfinite(value); });
}

}  // namespace

InferenceWork::InferenceWork(std::span<const std::byte> body, std::string header_length,
                             const ModelInfo& model, std::stop_token stop)
    : body_(body),
      header_length_(std::move(header_length)),
      model_(model),
      stop_(std::move(stop)) {}

tl::expected<std::size_t, http::Problem> InferenceWork::read() {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  auto request = parse_inference_request(body_, header_length_, model_, stop_);
  if (stop_.stop_requested()) return tl::make_unexpected(to_problem(predict::cancelled()));
  if (!request) return tl::make_unexpected(malformed(std::move(request.error())));
  request_ = std::move(*request);
  n_ = request_.audio.empty() ? request_.features.size() / feature_names(model_.feature_set).size()
                              : request_.audio.size();
  results_.classifications.resize(n_);
  results_.warnings.resize(request_.audio.size());
  files_.resize(request_.audio.size());
  return std::max<std::size_t>(files_.size(), 1);
}

bool InferenceWork::step(std::size_t part, Predictor& predictor) {
  if (part > failed_) return false;
  auto problem = files_.empty() ? classify_some(predictor) : step_file(part, predictor);
  if (problem) {
    if (!files_.empty()) finish_file(part);
    fail(part, *std::move(problem));
    return false;
  }
  return files_.empty() ? n_classified_ < n_ : !files_[part].finished;
}

void InferenceWork::finish_file(std::size_t part) {
  files_[part] = {.prediction = nullptr, .finished = true};
  request_.audio[part].release();
}

std::optional<http::Problem> InferenceWork::step_file(std::size_t part, Predictor& predictor) {
  // Here and not in read, so that memory holds the bytes only of the files in progress.
  if (!files_[part].prediction) {
    const auto decoded = request_.audio[part].decode_some();
    if (!decoded) return malformed(fmt::format("audio[{}] is not a base64 string.", part));
    if (*decoded) {
      files_[part].prediction = std::make_unique<predict::FilePrediction>(
          AudioFile(request_.audio[part].bytes()), WindowOptions{.strict = request_.strict});
    }
    return std::nullopt;
  }
  auto predicted = files_[part].prediction->step(predictor, stop_);
  if (!predicted) {
    const auto& [code, message] = predicted.error();
    return to_problem(Error{code, fmt::format("audio[{}]: {}", part, message)});
  }
  if (*predicted) {
    results_.classifications[part] = {std::move((*predicted)->certainties),
                                      (*predicted)->confident};
    results_.warnings[part] = std::move((*predicted)->warnings);
    finish_file(part);
  }
  return std::nullopt;
}

std::optional<http::Problem> InferenceWork::classify_some(Predictor& predictor) {
  if (stop_.stop_requested()) return to_problem(predict::cancelled());
  const std::size_t n_features = feature_names(model_.feature_set).size();
  const std::size_t end = std::min(n_, n_classified_ + kRowsPerStep);
  for (; n_classified_ < end; ++n_classified_) {
    Classification& result = results_.classifications[n_classified_];
    result = predictor.classify(
        std::span(request_.features).subspan(n_classified_ * n_features, n_features));
    if (!is_finite(result)) {
      return malformed(fmt::format(
          "features[{}] has values so large that the model has no finite result.", n_classified_));
    }
  }
  return std::nullopt;
}

void InferenceWork::fail(std::size_t part, http::Problem problem) {
  const std::scoped_lock lock(mutex_);
  if (part > failed_) return;
  failed_ = part;
  problem_ = std::move(problem);
}

http::Reply InferenceWork::finish() {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  if (problem_) return tl::make_unexpected(*std::move(problem_));
  return inference_response(request_, results_, model_);
}

http::Response to_inference_error(const http::Problem& problem) {
  const nlohmann::ordered_json json = {{"error", problem.detail}, {"code", problem.code}};
  return {.status = problem.status, .body = base::json_text(json), .headers = problem.headers};
}

}  // namespace genre::server
