#include "server/api/instances.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/json_text.h"
#include "base/memory.h"
#include "predict/json.h"
#include "server/api/base64.h"
#include "server/api/bounded_json.h"
#include "server/api/error_response.h"
#include "server/api/inference_request.h"
#include "server/api/open_inference.h"
#include "server/api/tensor_data.h"

namespace genre::server {
namespace {

using Json = nlohmann::ordered_json;
using Element = tl::expected<Json, http::Problem>;

constexpr predict::JsonOptions kWithoutSegments{.segments = false};
constexpr const char* kBase64 = "b64";  // the key of binary data, as in TensorFlow Serving's API

tl::unexpected<http::Problem> malformed(std::string detail) {
  return tl::make_unexpected(http::Problem{400, "malformed_inference_request", std::move(detail)});
}

Element predict_audio(const std::string& base64, Predictor& predictor) {
  const auto file = decode_base64(base64);
  if (!file) return malformed("b64 is not a base64 string.");
  const auto prediction = predictor.predict(*file);
  if (!prediction) return tl::make_unexpected(to_problem(prediction.error()));
  return predict::to_json(*prediction, predictor.model().info(), kWithoutSegments);
}

Element predict_features(const nlohmann::json& data, Predictor& predictor) {
  const ModelInfo& model = predictor.model().info();
  const auto features = read_features(data, 1, feature_names(model.feature_set).size());
  if (!features) return malformed(features.error());
  auto result = predictor.classify(*features);
  if (!is_finite(result)) {
    return malformed("It has values so large that the model has no finite result.");
  }
  Prediction prediction;
  prediction.labels = model.labels;
  prediction.certainties = std::move(result.certainties);
  prediction.confident = result.confident;
  Json json = predict::to_json(prediction, model, kWithoutSegments);
  for (const char* of_audio : {"duration", "sample_rate"}) json.erase(of_audio);
  return json;
}

Element predict_instance(const nlohmann::json& instance, Predictor& predictor) {
  if (instance.is_array()) return predict_features(instance, predictor);
  const auto audio = instance.is_object() ? instance.find(kBase64) : instance.end();
  if (audio != instance.end() && audio->is_string()) {
    return predict_audio(audio->get_ref<const std::string&>(), predictor);
  }
  return malformed(
      "It must be {\"b64\": an audio file in base64}, or an array of the model's features.");
}

}  // namespace

http::Reply predict_instances(std::span<const std::byte> body, Predictor& predictor) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  const auto json = parse_bounded_json({reinterpret_cast<const char*>(body.data()), body.size()});
  if (!json) return malformed(json.error());
  const auto instances = json->find("instances");
  if (instances == json->end() || !instances->is_array() || instances->empty() ||
      instances->size() > kMaxBatch) {
    return malformed(fmt::format(
        "The body must be a JSON object whose instances is an array of 1 to {} elements.",
        kMaxBatch));
  }
  Json predictions = Json::array();
  for (const nlohmann::json& instance : *instances) {
    auto prediction = predict_instance(instance, predictor);
    if (!prediction) {
      http::Problem& problem = prediction.error();
      problem.detail = fmt::format("instances[{}]: {}", predictions.size(), problem.detail);
      return tl::make_unexpected(std::move(problem));
    }
    predictions.push_back(*std::move(prediction));
  }
  Json response = Json::object();
  response["predictions"] = std::move(predictions);
  return http::Response{.body = base::json_text(response)};
}

}  // namespace genre::server
