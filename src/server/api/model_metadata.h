// The models in service, as JSON: this server's own description, and the metadata of KServe's v1
// protocol.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "genre/model.h"
#include "http/response.h"

namespace genre::server {

// GET /v1/model. hears_tags: whether requests may have the parameter tags.
[[nodiscard]] http::Response describe_model(const ModelInfo& model, bool hears_tags);
[[nodiscard]] http::Response list_models(std::span<const std::string> names);  // GET /v1/models
[[nodiscard]] http::Response model_status(std::string_view name, bool ready);  // GET /v1/models/M

}  // namespace genre::server
