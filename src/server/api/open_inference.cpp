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

using Results = tl::expected<InferenceResults, http::Problem>;

http::Problem malformed(std::string detail) {
  return http::Problem{400, "malformed_inference_request", std::move(detail)};
}

Results predict(const InferenceRequest& request, Predictor& predictor) {
  InferenceResults results;
  for (const auto& file : request.audio) {
    auto prediction = predictor.predict(file, {.strict = request.strict});
    if (!prediction) {
      const auto& [code, message] = prediction.error();
      return tl::make_unexpected(to_problem(
          Error{code, fmt::format("audio[{}]: {}", results.classifications.size(), message)}));
    }
    results.classifications.push_back({std::move(prediction->certainties), prediction->confident});
    results.warnings.push_back(std::move(prediction->warnings));
  }
  return results;
}

// features: [N, n_features].
Results classify(std::span<const float> features, Predictor& predictor) {
  const std::size_t n_features = feature_names(predictor.model().info().feature_set).size();
  InferenceResults results;
  auto& classifications = results.classifications;
  for (; !features.empty(); features = features.subspan(n_features)) {
    classifications.push_back(predictor.classify(features.first(n_features)));
    const auto finite = [](float certainty) { return std::isfinite(certainty); };
    if (!std::ranges::all_of(classifications.back().certainties, finite)) {
      return tl::make_unexpected(malformed(
          fmt::format("features[{}] has values so large that the model has no finite result.",
                      classifications.size() - 1)));
    }
  }
  return results;
}

}  // namespace

http::Reply infer(std::span<const std::byte> body, std::string_view header_length,
                  Predictor& predictor) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  const ModelInfo& model = predictor.model().info();
  const auto request = parse_inference_request(body, header_length, model);
  if (!request) return tl::make_unexpected(malformed(request.error()));
  const auto results = request->audio.empty() ? classify(request->features, predictor)
                                              : predict(*request, predictor);
  if (!results) return tl::make_unexpected(results.error());
  return inference_response(*request, *results, model);
}

http::Response to_inference_error(const http::Problem& problem) {
  const nlohmann::ordered_json json = {{"error", problem.detail}, {"code", problem.code}};
  return {.status = problem.status, .body = base::json_text(json), .headers = problem.headers};
}

}  // namespace genre::server
