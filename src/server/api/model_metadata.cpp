#include "server/api/model_metadata.h"

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "model/describe.h"

namespace genre::server {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

http::Response describe_model(const ModelInfo& model, bool hears_tags) {
  Json json = model::describe(model);
  json["tags"] = hears_tags;
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
