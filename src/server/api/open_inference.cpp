#include "server/api/open_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_text.h"
#include "base/memory.h"
#include "server/api/error_response.h"
#include "server/api/inference_request.h"
#include "server/api/inference_response.h"

namespace genre::server {
namespace {

using Results = tl::expected<std::vector<Classification>, http::Problem>;

http::Problem malformed(std::string detail) {
  return http::Problem{400, "malformed_inference_request", std::move(detail)};
}

Results predict(const AudioFiles& audio, Predictor& predictor) {
  std::vector<Classification> results;
  for (const auto& file : audio) {
    auto prediction = predictor.predict(file);
    if (!prediction) {
      const auto& [code, message] = prediction.error();
      return tl::make_unexpected(
          to_problem(Error{code, fmt::format("audio[{}]: {}", results.size(), message)}));
    }
    results.push_back({std::move(prediction->certainties), prediction->confident});
  }
  return results;
}

// features: [N, n_features].
Results classify(std::span<const float> features, Predictor& predictor) {
  const std::size_t n_features = feature_names(predictor.model().info().feature_set).size();
  std::vector<Classification> results;
  for (; !features.empty(); features = features.subspan(n_features)) {
    results.push_back(predictor.classify(features.first(n_features)));
    if (!is_finite(results.back())) {
      return tl::make_unexpected(malformed(
          fmt::format("features[{}] has values so large that the model has no finite result.",
                      results.size() - 1)));
    }
  }
  return results;
}

}  // namespace

bool is_finite(const Classification& result) {
  return std::ranges::all_of(result.certainties, [](float value) { return std::isfinite(value); });
}

http::Reply infer(std::span<const std::byte> body, std::string_view header_length,
                  std::string_view model_name, Predictor& predictor) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  const ModelInfo& model = predictor.model().info();
  const auto request = parse_inference_request(body, header_length, model);
  if (!request) return tl::make_unexpected(malformed(request.error()));
  const auto results = request->audio.empty() ? classify(request->features, predictor)
                                              : predict(request->audio, predictor);
  if (!results) return tl::make_unexpected(results.error());
  return inference_response(*request, *results, model_name, model);
}

http::Response to_inference_error(const http::Problem& problem) {
  const nlohmann::ordered_json json = {{"error", problem.detail}, {"code", problem.code}};
  return {.status = problem.status, .body = base::json_text(json), .headers = problem.headers};
}

}  // namespace genre::server
