// The response to an inference request of the Open Inference Protocol.
#pragma once

#include <span>
#include <string_view>

#include "genre/predictor.h"
#include "http/response.h"
#include "server/api/inference_request.h"

namespace genre::server {

// results: [N] of the request's input, finite. A JSON object and, if the request asked for binary
// outputs, their bytes after it.
[[nodiscard]] http::Response inference_response(const InferenceRequest& request,
                                                std::span<const Classification> results,
                                                std::string_view model_name,
                                                const ModelInfo& model);

}  // namespace genre::server
