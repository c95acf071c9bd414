// The response to an inference request of the Open Inference Protocol.
#pragma once

#include <string_view>
#include <vector>

#include "genre/predictor.h"
#include "http/response.h"
#include "server/api/inference_request.h"

namespace genre::server {

struct InferenceResults {
  std::vector<Classification> classifications;  // [N] of the request's input, finite
  std::vector<std::vector<Warning>> warnings;   // [N] of the audio; empty for features
};

// A JSON object and, if the request asked for binary outputs, their bytes after it. If there are
// warnings, they are in the parameter "warnings", as JSON text, since the protocol allows no arrays
// there.
[[nodiscard]] http::Response inference_response(const InferenceRequest& request,
                                                const InferenceResults& results,
                                                std::string_view model_name,
                                                const ModelInfo& model);

}  // namespace genre::server
