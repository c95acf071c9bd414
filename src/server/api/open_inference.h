// Inference by the Open Inference Protocol: POST /v2/models/genre/infer.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "genre/predictor.h"
#include "http/problem.h"

namespace genre::server {

// The response to a request with this body. header_length: its Inference-Header-Content-Length,
// empty if it has none. All of the audio is used, as in POST /v1/predict. Runs for as long as
// decoding and prediction take.
[[nodiscard]] http::Reply infer(std::span<const std::byte> body, std::string_view header_length,
                                Predictor& predictor);

// A problem in the protocol's own form: {"error": its detail, "code"}.
[[nodiscard]] http::Response to_inference_error(const http::Problem& problem);

}  // namespace genre::server
