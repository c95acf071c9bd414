#include "server/api/open_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "server/api/inference_request.h"
#include "server/api/inference_response.h"
#include "server/http/problem.h"

namespace genre::server {
namespace {

using Results = tl::expected<std::vector<Classification>, Response>;

Response malformed(std::string_view detail) {
  return problem(400, "malformed_inference_request", detail);
}

Results predict(const AudioFiles& audio, Predictor& predictor) {
  std::vector<Classification> results;
  for (const auto& file : audio) {
    auto prediction = predictor.predict(file);
    if (!prediction) {
      const auto& [code, message] = prediction.error();
      return tl::make_unexpected(
          problem(Error{code, fmt::format("audio[{}]: {}", results.size(), message)}));
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
    const auto finite = [](float certainty) { return std::isfinite(certainty); };
    if (!std::ranges::all_of(results.back().certainties, finite)) {
      return tl::make_unexpected(malformed(fmt::format(
          "features[{}] has values so large that the model has no answer.", results.size() - 1)));
    }
  }
  return results;
}

}  // namespace

Response infer(std::span<const std::byte> body, std::string_view header_length,
               Predictor& predictor) {
  const ModelInfo& model = predictor.model().info();
  const auto request = parse_inference_request(body, header_length, model);
  if (!request) return as_inference_error(malformed(request.error()));
  const auto results = request->audio.empty() ? classify(request->features, predictor)
                                              : predict(request->audio, predictor);
  if (!results) return as_inference_error(results.error());
  return inference_response(*request, *results, model);
}

Response as_inference_error(Response response) {
  if (response.content_type != "application/problem+json") return response;
  const auto problem = nlohmann::json::parse(response.body);
  const nlohmann::ordered_json json = {{"error", problem.at("detail")},
                                       {"code", problem.at("code")}};
  response.content_type = "application/json";
  response.body = json.dump();
  return response;
}

}  // namespace genre::server
