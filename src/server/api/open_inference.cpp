#include "server/api/open_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_text.h"
#include "base/memory.h"
#include "server/api/error_response.h"

namespace genre::server {
namespace {

constexpr std::size_t kRowsPerStep = 64;  // of features: about as long as one window of audio

}  // namespace

bool is_finite(const Classification& result) {
  return std::ranges::all_of(result.certainties, [](float value) { return std::isfinite(value); });
}

InferenceWork::InferenceWork(std::span<const std::byte> body, std::string header_length,
                             std::string model_name, ModelInUse model, std::stop_token stop)
    : Work(std::move(model)),
      body_(body),
      header_length_(std::move(header_length)),
      model_name_(std::move(model_name)),
      stop_(std::move(stop)) {}

tl::expected<std::size_t, http::Problem> InferenceWork::read() {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  auto request = parse_inference_request(body_, header_length_, info(), stop_);
  if (stop_.stop_requested()) return tl::make_unexpected(to_problem(predict::cancelled()));
  if (!request) return tl::make_unexpected(malformed_inference(std::move(request.error())));
  request_ = std::move(*request);
  n_ = request_.audio.empty() ? request_.features.size() / n_features() : request_.audio.size();
  results_.classifications.resize(n_);
  results_.warnings.resize(request_.audio.size());
  for (AudioElement& element : request_.audio) {
    files_.push_back(std::make_unique<AudioPrediction>(std::move(element),
                                                       fmt::format("audio[{}]", files_.size()),
                                                       WindowOptions{.strict = request_.strict}));
  }
  return std::max<std::size_t>(files_.size(), 1);
}

bool InferenceWork::step(std::size_t part, Predictor& predictor) {
  if (first_problem_.is_before(part)) return false;
  auto problem = files_.empty() ? classify_some(predictor) : step_file(part, predictor);
  if (problem) {
    if (!files_.empty()) files_[part].reset();
    first_problem_.add(part, *std::move(problem));
    return false;
  }
  return files_.empty() ? n_classified_ < n_ : files_[part] != nullptr;
}

std::optional<http::Problem> InferenceWork::step_file(std::size_t part, Predictor& predictor) {
  auto predicted = files_[part]->step(predictor, stop_);
  if (!predicted) return std::move(predicted.error());
  if (*predicted) {
    results_.classifications[part] = {std::move((*predicted)->certainties), (*predicted)->confident,
                                      (*predicted)->none_of_these};
    results_.warnings[part] = std::move((*predicted)->warnings);
    files_[part].reset();
  }
  return std::nullopt;
}

// Only models that take features alone have such an input.
std::size_t InferenceWork::n_features() const {
  return feature_names(info().only_features()->feature_set).size();
}

std::optional<http::Problem> InferenceWork::classify_some(Predictor& predictor) {
  if (stop_.stop_requested()) return to_problem(predict::cancelled());
  const std::size_t end = std::min(n_, n_classified_ + kRowsPerStep);
  for (; n_classified_ < end; ++n_classified_) {
    Classification& result = results_.classifications[n_classified_];
    result = predictor.classify(
        std::span(request_.features).subspan(n_classified_ * n_features(), n_features()));
    if (!is_finite(result)) {
      return malformed_inference(fmt::format(
          "features[{}] has values so large that the model has no finite result.", n_classified_));
    }
  }
  return std::nullopt;
}

http::Reply InferenceWork::finish() {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  if (auto problem = first_problem_.take()) return tl::make_unexpected(*std::move(problem));
  return inference_response(request_, results_, model_name_, info());
}

http::Response to_inference_error(const http::Problem& problem) {
  const nlohmann::ordered_json json = {{"error", problem.detail}, {"code", problem.code}};
  return {.status = problem.status, .body = base::json_text(json), .headers = problem.headers};
}

}  // namespace genre::server
