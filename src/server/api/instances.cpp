#include "server/api/instances.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/json_text.h"
#include "base/memory.h"
#include "predict/json.h"
#include "predict/windows.h"
#include "server/api/bounded_json.h"
#include "server/api/error_response.h"
#include "server/api/inference_request.h"
#include "server/api/open_inference.h"
#include "server/api/tensor_data.h"

namespace genre::server {
namespace {

constexpr predict::JsonOptions kWithoutSegments{.segments = false};
constexpr const char* kBase64 = "b64";  // the key of binary data, as in TensorFlow Serving's API

std::string name_of(std::size_t part) { return fmt::format("instances[{}]", part); }

}  // namespace

InstancesWork::InstancesWork(std::span<const std::byte> body, ModelInUse model,
                             std::stop_token stop)
    : Work(std::move(model)), body_(body), stop_(std::move(stop)) {}

InstancesWork::~InstancesWork() {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  predictions_.clear();
}

tl::expected<std::size_t, http::Problem> InstancesWork::read() {
  const base::WaitForMemory waits;
  auto json =
      parse_bounded_json({reinterpret_cast<const char*>(body_.data()), body_.size()}, stop_);
  if (stop_.stop_requested()) return tl::make_unexpected(to_problem(predict::cancelled()));
  if (!json) return tl::make_unexpected(malformed_inference(std::move(json.error())));
  const auto instances = json->find("instances");
  if (instances == json->end() || !instances->is_array() || instances->empty() ||
      instances->size() > kMaxBatch) {
    return tl::make_unexpected(malformed_inference(fmt::format(
        "The body must be a JSON object whose instances is an array of 1 to {} elements.",
        kMaxBatch)));
  }
  for (nlohmann::json& element : *instances) {
    auto instance = read_instance(element);
    if (!instance) return tl::make_unexpected(std::move(instance.error()));
    instances_.push_back(*std::move(instance));
  }
  predictions_.resize(instances_.size());
  return instances_.size();
}

tl::expected<InstancesWork::Instance, http::Problem> InstancesWork::read_instance(
    nlohmann::json& json) const {
  const std::string name = name_of(instances_.size());
  const FeaturesInput* features_input = info().only_features();
  if (json.is_array() && features_input) {
    auto features = read_features(json, 1, feature_names(features_input->feature_set).size());
    if (features) return Instance(*std::move(features));
    return tl::make_unexpected(malformed_inference(fmt::format("{}: {}", name, features.error())));
  }
  const auto audio = json.is_object() ? json.find(kBase64) : json.end();
  if (audio != json.end() && audio->is_string()) {
    return Instance(std::make_unique<AudioPrediction>(
        AudioElement(std::move(audio->get_ref<std::string&>())), name, WindowOptions{}));
  }
  return tl::make_unexpected(
      malformed_inference(fmt::format("{} must be {{\"b64\": an audio file in base64}}{}", name,
                                      features_input ? ", or an array of the model's features."
                                                     : "; this model takes audio only.")));
}

bool InstancesWork::step(std::size_t part, Predictor& predictor) {
  if (first_problem_.is_before(part)) return false;
  const base::WaitForMemory waits;
  auto json = predict(part, predictor);
  if (json && !*json) return true;
  if (json) {
    predictions_[part] = **std::move(json);
  } else {
    first_problem_.add(part, std::move(json.error()));
  }
  instances_[part] = Features();
  return false;
}

// Nothing if the instance needs more steps.
tl::expected<std::optional<InstancesWork::Json>, http::Problem> InstancesWork::predict(
    std::size_t part, Predictor& predictor) {
  if (auto* audio = std::get_if<std::unique_ptr<AudioPrediction>>(&instances_[part])) {
    auto predicted = (*audio)->step(predictor, stop_);
    if (!predicted) return tl::make_unexpected(std::move(predicted.error()));
    if (!*predicted) return std::nullopt;
    return std::optional(predict::to_json(**predicted, info(), kWithoutSegments));
  }
  auto result = predictor.classify(std::get<Features>(instances_[part]));
  if (!is_finite(result)) {
    return tl::make_unexpected(malformed_inference(
        fmt::format("{} has values so large that the model has no finite result.", name_of(part))));
  }
  Prediction prediction;
  prediction.labels = info().labels;
  prediction.certainties = std::move(result.certainties);
  prediction.confident = result.confident;
  prediction.none_of_these = result.none_of_these;
  Json json = predict::to_json(prediction, info(), kWithoutSegments);
  for (const char* of_audio : {"duration", "sample_rate"}) json.erase(of_audio);
  return std::optional(std::move(json));
}

http::Reply InstancesWork::finish() {
  const base::WaitForMemory waits;
  if (auto problem = first_problem_.take()) return tl::make_unexpected(*std::move(problem));
  Json response = Json::object();
  response["predictions"] = std::move(predictions_);
  return http::Response{.body = base::json_text(response)};
}

}  // namespace genre::server
