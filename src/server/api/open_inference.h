// Inference by the Open Inference Protocol: POST /v2/models/genre/infer.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "genre/predictor.h"
#include "server/http/response.h"

namespace genre::server {

// The answer to a request with this body. header_length: its Inference-Header-Content-Length, empty
// if it has none. Audio is looked at as a whole, as by POST /v1/predict. Runs for as long as
// decoding and prediction take.
[[nodiscard]] Response infer(std::span<const std::byte> body, std::string_view header_length,
                             Predictor& predictor);

// A problem in the form that the protocol's clients expect: {"error": its detail, "code"}, with its
// status and headers. Any other answer as it is.
[[nodiscard]] Response as_inference_error(Response response);

}  // namespace genre::server
