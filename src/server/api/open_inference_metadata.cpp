#include "server/api/open_inference_metadata.h"

#include <chrono>

#include "base/json_text.h"
#include "genre/features.h"

namespace genre::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kAny = -1;
constexpr const char* kPlatform = "onnx_onnxv1";

Json describe(const std::vector<Tensor>& tensors, const ModelInfo& model) {
  Json json = Json::array();
  for (const Tensor& tensor : tensors) {
    Json& described = json.emplace_back(Json::object());
    described["name"] = tensor.name;
    described["datatype"] = tensor.datatype;
    described["shape"] = tensor.shape(kAny);
    if (tensor.name == kCertainties) described["parameters"]["labels"] = model.labels;
  }
  return json;
}

// The names of the datatypes in Triton's model configuration.
std::string_view config_type(std::string_view datatype) {
  if (datatype == "BYTES") return "TYPE_STRING";
  return datatype == "BOOL" ? "TYPE_BOOL" : "TYPE_FP32";
}

Json configure(const std::vector<Tensor>& tensors) {
  Json json = Json::array();
  for (const Tensor& tensor : tensors) {
    json.push_back({{"name", tensor.name},
                    {"data_type", config_type(tensor.datatype)},
                    {"dims", tensor.shape(kAny)}});
  }
  return json;
}

Json duration(const Statistics::Part& part) {
  return {{"count", part.count}, {"ns", part.time.count()}};
}

Json describe(const ModelStatistics& model) {
  using std::chrono::milliseconds;
  const Statistics& statistics = model.statistics;
  const auto last =
      std::chrono::duration_cast<milliseconds>(statistics.last.time_since_epoch()).count();
  return {{"name", model.name},
          {"version", kServedVersion},
          {"last_inference", last},
          {"inference_count", statistics.n_predictions},
          {"execution_count", statistics.n_predictions},  // the network runs one row at a time
          {"inference_stats",
           {{"success", duration(statistics.success)},
            {"fail", duration(statistics.fail)},
            {"queue", duration(statistics.queue)},
            {"compute_input", duration(statistics.input)},
            {"compute_infer", duration(statistics.inference)},
            {"compute_output", duration(statistics.output)}}},
          {"batch_stats", Json::array()}};
}

// Health probes check only the status.
http::Response probe(bool good, const Json& json) {
  return {.status = good ? 200 : 503, .body = base::json_text(json)};
}

}  // namespace

nlohmann::json Tensor::shape(int n) const {
  auto shape = nlohmann::json::array({n});
  if (n_columns) shape.push_back(*n_columns);
  return shape;
}

std::vector<Tensor> input_tensors(const ModelInfo& model) {
  std::vector<Tensor> tensors = {{kAudio, "BYTES"}};
  if (const FeaturesInput* features = model.only_features()) {
    tensors.push_back({kFeatures, "FP32", feature_names(features->feature_set).size()});
  }
  return tensors;
}

std::vector<Tensor> output_tensors(const ModelInfo& model) {
  std::vector<Tensor> tensors = {{kCertainties, "FP32", model.labels.size()}, {kGenre, "BYTES"}};
  if (model.confident) tensors.push_back({kConfident, "BOOL"});
  if (!model.outputs.none.empty()) tensors.push_back({kNoneOfThese, "FP32"});
  return tensors;
}

http::Response server_metadata() {
  const Json json = {{"name", "genre"},
                     {"version", GENRE_VERSION},
                     {"extensions",
                      {"binary_tensor_data", "classification", "model_configuration",
                       "model_repository", "statistics"}}};
  return {.body = base::json_text(json)};
}

http::Response model_metadata(std::string_view name, const ModelInfo& model) {
  const Json json = {{"name", name},
                     {"versions", {kServedVersion}},
                     {"platform", kPlatform},
                     {"inputs", describe(input_tensors(model), model)},
                     {"outputs", describe(output_tensors(model), model)}};
  return {.body = base::json_text(json)};
}

http::Response server_live() { return probe(true, {{"live", true}}); }

http::Response server_ready(bool ready) { return probe(ready, {{"ready", ready}}); }

http::Response model_ready(std::string_view name, bool ready) {
  return probe(ready, {{"name", name}, {"ready", ready}});
}

http::Response model_config(std::string_view name, const ModelInfo& model) {
  const Json json = {
      {"name", name},
      {"platform", kPlatform},
      {"version_policy", {{"specific", {{"versions", {1}}}}}},
      {"max_batch_size", 0},  // dims include N
      {"input", configure(input_tensors(model))},
      {"output", configure(output_tensors(model))},
      {"parameters", {{"labels", {{"string_value", base::json_text(Json(model.labels))}}}}}};
  return {.body = base::json_text(json)};
}

http::Response model_statistics(std::span<const ModelStatistics> models) {
  Json json = {{"model_stats", Json::array()}};
  for (const ModelStatistics& model : models) json["model_stats"].push_back(describe(model));
  return {.body = base::json_text(json)};
}

http::Response repository_index(std::span<const std::string> names, bool ready) {
  Json json = Json::array();
  for (const std::string& name : names) {
    json.push_back({{"name", name},
                    {"version", kServedVersion},
                    {"state", ready ? "READY" : "LOADING"},
                    {"reason", ""}});
  }
  return {.body = base::json_text(json)};
}

}  // namespace genre::server
