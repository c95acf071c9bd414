#include "pretrained/metadata.h"

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "genre/model.h"

namespace genre::pretrained {
namespace {

using base::json_text;
using Json = nlohmann::ordered_json;

}  // namespace

std::map<std::string, std::string> metadata_of(const Description& network) {
  const Json input = {
      {"name", "log_mel"}, {"frontend", network.frontend}, {"layout", network.layout}};
  const Json provenance = {
      {"source", network.url}, {"licence", network.licence}, {"weights_sha256", network.sha256}};
  return {{metadata_key::kName, network.name},
          {metadata_key::kLabels, json_text(Json(network.labels))},
          {metadata_key::kProvenance, json_text(provenance)},
          {metadata_key::kInputs, json_text(Json::array({input}))},
          {metadata_key::kActivation, "sigmoid"}};
}

}  // namespace genre::pretrained
