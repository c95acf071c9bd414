#include "model/describe.h"

#include <string>
#include <utility>
#include <variant>

#include "model/frontend_json.h"
#include "model/shape.h"

namespace genre::model {
namespace {

using Json = nlohmann::ordered_json;

// A metadata entry, parsed if it is JSON. Null if the model has none.
Json metadata(const ModelInfo& model, const char* key) {
  const auto entry = model.metadata.find(key);
  if (entry == model.metadata.end()) return nullptr;
  Json json = Json::parse(entry->second, nullptr, false);
  return json.is_discarded() ? Json(entry->second) : json;
}

// What an input takes, with the keys of the metadata genre.inputs.
struct Describe {
  Json& json;

  void operator()(const FeaturesInput& input) const {
    json["feature_set"] = to_string(input.feature_set);
    json["pad_mode"] = to_string(input.pad_mode);
  }
  void operator()(const PatchInput& input) const {
    json["frontend"] = to_json(input.frontend);
    json["layout"] = input.frames_first ? "frames_mels" : "mels_frames";
  }
  void operator()(const NetworkInput& input) const {
    json["network"] = input.network;
    json["outputs"] = input.outputs;
    if (!input.excerpts) return;
    json["excerpts"] = input.excerpts->n;
    json["seconds"] = input.excerpts->seconds;
  }
};

// Null stands for any number.
Json shape_json(const ModelInput& input) {
  Json shape = Json::array({nullptr});
  const auto* patch = std::get_if<PatchInput>(&input.source);
  const std::vector<int> sizes = patch ? patch->shape : shape_of(input);
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    shape.push_back(sizes[i] < 0 ? Json() : Json(sizes[i]));
  }
  return shape;
}

}  // namespace

Json to_json(const ModelInput& input) {
  Json json = {{"name", input.name}};
  std::visit(Describe{json}, input.source);
  return json;
}

Json describe(const ModelInfo& model) {
  Json inputs = Json::array();
  for (const ModelInput& input : model.inputs) {
    Json json = {{"name", input.name}, {"shape", shape_json(input)}};
    json.update(to_json(input));
    inputs.push_back(std::move(json));
  }
  const FeaturesInput* features = model.features();
  return {{"name", model.name},
          {"feature_set", features ? Json(to_string(features->feature_set)) : Json()},
          {"pad_mode", features ? Json(to_string(features->pad_mode)) : Json()},
          {"inputs", std::move(inputs)},
          {"window", model.window},
          {"hop", model.hop},
          {"labels", model.labels},
          {"none_of_these", !model.outputs.none.empty()},
          {"confident", metadata(model, metadata_key::kConfident)},
          {"provenance", metadata(model, metadata_key::kProvenance)},
          {"figures", metadata(model, metadata_key::kFigures)}};
}

}  // namespace genre::model
