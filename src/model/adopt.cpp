#include "model/adopt.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/json_text.h"
#include "model/bad_model.h"
#include "model/graph.h"
#include "model/onnx_writer.h"

namespace genre::model {
namespace {

using Json = nlohmann::ordered_json;

// The order of the outputs says which one has the certainties.
Result<void> move_to_front(onnx::GraphProto& graph, const std::string& name) {
  auto& outputs = *graph.mutable_output();
  for (int i = 0; i < outputs.size(); ++i) {
    if (outputs[i].name() != name) continue;
    for (; i > 0; --i) outputs.SwapElements(i, i - 1);
    return {};
  }
  std::string names;
  for (const auto& output : outputs) names += (names.empty() ? "" : ", ") + output.name();
  return bad_model(fmt::format("it has no output {}; its outputs are {}", name, names));
}

void allow_any_batch(onnx::ValueInfoProto& value) {
  auto& shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
  if (shape.dim_size() > 0) shape.mutable_dim(0)->set_dim_param("N");
}

std::map<std::string, std::string> metadata(const AdoptOptions& options, const std::string& input) {
  Json description = {{"name", input}, {"frontend", options.frontend}};
  if (options.layout) description["layout"] = *options.layout;
  std::map<std::string, std::string> metadata = {
      {metadata_key::kName, options.name},
      {metadata_key::kInputs, base::json_text(Json::array({description}))}};
  if (!options.labels.empty()) {
    metadata[metadata_key::kLabels] = base::json_text(Json(options.labels));
  }
  if (options.activation) metadata[metadata_key::kActivation] = *options.activation;
  if (options.window) {
    metadata[metadata_key::kWindow] = base::json_text(
        Json{{"window", *options.window}, {"hop", options.hop.value_or(*options.window)}});
  }
  return metadata;
}

}  // namespace

Result<std::string> adopt(std::span<const std::byte> onnx, const AdoptOptions& options) {
  onnx::ModelProto proto;
  if (onnx.empty() || onnx.size() > kMaxModelBytes ||
      !proto.ParseFromArray(onnx.data(), static_cast<int>(onnx.size())) ||
      proto.graph().node().empty()) {
    return bad_model("it is not an ONNX file");
  }
  const auto inputs = fed_inputs(proto.graph());
  if (inputs.size() != 1) {
    return bad_model(
        fmt::format("it has {} inputs; only a model with one can be adopted", inputs.size()));
  }
  const std::string input = inputs[0]->name();
  if (options.output) {
    if (auto moved = move_to_front(*proto.mutable_graph(), *options.output); !moved) {
      return tl::make_unexpected(moved.error());
    }
  }
  for (auto& value : *proto.mutable_graph()->mutable_input()) {
    if (value.name() == input) allow_any_batch(value);
  }
  for (auto& value : *proto.mutable_graph()->mutable_output()) allow_any_batch(value);
  proto.clear_metadata_props();
  std::string file = to_file(std::move(proto), metadata(options, input));
  const std::span bytes = std::as_bytes(std::span(file));
  const auto loaded = options.labels.empty() ? Model::load_network(bytes) : Model::load(bytes);
  if (!loaded) return tl::make_unexpected(loaded.error());
  return file;
}

Result<std::vector<std::string>> parse_labels(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  std::vector<std::string> labels;
  if (json.is_discarded()) {
    while (!text.empty()) {
      auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) labels.emplace_back(line);
    }
  } else {
    const auto& list = json.is_object() && json.contains("classes") ? json["classes"] : json;
    if (list.is_array()) {
      for (const auto& label : list) {
        if (label.is_string()) labels.push_back(label.get<std::string>());
      }
    }
  }
  if (labels.size() >= 2) return labels;
  return fail(
      ErrorCode::kBadParameter,
      "there are fewer than two labels: expected one in each line, a JSON array of them, or "
      "a JSON object whose \"classes\" is one");
}

}  // namespace genre::model
