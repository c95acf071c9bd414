// Inference by the Open Inference Protocol: POST /v2/models/{model}/infer.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "genre/predictor.h"
#include "http/problem.h"

namespace genre::server {

// The response to a request with this body. header_length: its Inference-Header-Content-Length, or
// empty. model_name: the one in the request's path. Uses the whole audio, as POST /v1/predict does.
// Blocks while it decodes and predicts.
[[nodiscard]] http::Reply infer(std::span<const std::byte> body, std::string_view header_length,
                                std::string_view model_name, Predictor& predictor);

// False for features far outside the range of music.
[[nodiscard]] bool is_finite(const Classification& result);

// Renders a problem in the protocol's own form: {"error": detail, "code"}.
[[nodiscard]] http::Response to_inference_error(const http::Problem& problem);

}  // namespace genre::server
