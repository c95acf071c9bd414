#include "server/api/model_metadata.h"

#include <nlohmann/json.hpp>

#include "base/json_text.h"

namespace genre::server {
namespace {

using Json = nlohmann::ordered_json;

// A metadata entry, parsed if it is JSON. Null if the model has none.
Json metadata(const ModelInfo& model, const char* key) {
  const auto entry = model.metadata.find(key);
  if (entry == model.metadata.end()) return nullptr;
  Json json = Json::parse(entry->second, nullptr, false);
  return json.is_discarded() ? Json(entry->second) : json;
}

}  // namespace

http::Response describe_model(const ModelInfo& model) {
  const Json json = {{"name", model.name},
                     {"feature_set", to_string(model.feature_set)},
                     {"pad_mode", to_string(model.pad_mode)},
                     {"labels", model.labels},
                     {"provenance", metadata(model, metadata_key::kProvenance)},
                     {"figures", metadata(model, metadata_key::kFigures)}};
  return {.body = base::json_text(json)};
}

http::Response list_models(std::span<const std::string> names) {
  Json json = {{"models", Json::array()}};
  for (const std::string& name : names) json["models"].push_back(name);
  return {.body = base::json_text(json)};
}

http::Response model_status(std::string_view name, bool ready) {
  const Json json = {{"name", name}, {"ready", ready}};
  return {.status = ready ? 200 : 503, .body = base::json_text(json)};
}

}  // namespace genre::server
