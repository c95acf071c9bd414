#include "server/api/open_inference_metadata.h"

#include "base/json_text.h"
#include "genre/features.h"

namespace genre::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kAny = -1;

Json describe(const std::vector<Tensor>& tensors) {
  Json json = Json::array();
  for (const Tensor& tensor : tensors) {
    json.push_back(
        {{"name", tensor.name}, {"datatype", tensor.datatype}, {"shape", tensor.shape(kAny)}});
  }
  return json;
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
  return {{kAudio, "BYTES"}, {kFeatures, "FP32", feature_names(model.feature_set).size()}};
}

std::vector<Tensor> output_tensors(const ModelInfo& model) {
  std::vector<Tensor> tensors = {{kCertainties, "FP32", model.labels.size()}, {kGenre, "BYTES"}};
  if (model.confident) tensors.push_back({kConfident, "BOOL"});
  return tensors;
}

http::Response server_metadata() {
  const Json json = {
      {"name", "genre"}, {"version", GENRE_VERSION}, {"extensions", {"binary_tensor_data"}}};
  return {.body = base::json_text(json)};
}

http::Response model_metadata(const ModelInfo& model) {
  const Json json = {{"name", kServedModel},
                     {"versions", {kServedVersion}},
                     {"platform", "onnx_onnxv1"},
                     {"inputs", describe(input_tensors(model))},
                     {"outputs", describe(output_tensors(model))}};
  return {.body = base::json_text(json)};
}

http::Response server_live() { return probe(true, {{"live", true}}); }

http::Response server_ready(bool ready) { return probe(ready, {{"ready", ready}}); }

http::Response model_ready(bool ready) {
  return probe(ready, {{"name", kServedModel}, {"ready", ready}});
}

}  // namespace genre::server
