// The answer to an inference request of the Open Inference Protocol.
#pragma once

#include <span>

#include "genre/predictor.h"
#include "server/api/inference_request.h"
#include "server/http/response.h"

namespace genre::server {

// results: [N] of the request's input, finite. A JSON object and, if the request asked for binary
// outputs, their bytes behind it.
[[nodiscard]] Response inference_response(const InferenceRequest& request,
                                          std::span<const Classification> results,
                                          const ModelInfo& model);

}  // namespace genre::server
