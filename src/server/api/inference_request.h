// The body of an inference request of the Open Inference Protocol: a JSON object and, with the
// binary tensor data extension, the bytes of a tensor after it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "genre/model.h"
#include "server/api/open_inference_metadata.h"
#include "server/api/tensor_data.h"

namespace genre::server {

inline constexpr std::size_t kMaxBatch = 1024;  // N

struct RequestedOutput {
  Tensor tensor;
  bool binary = false;
};

// One input, of 1 to kMaxBatch elements: audio or features; the other is empty.
struct InferenceRequest {
  std::optional<std::string> id;
  std::optional<bool> strict;            // WindowOptions::strict
  AudioFiles audio;                      // [N]
  std::vector<float> features;           // [N, n_features], finite
  std::vector<RequestedOutput> outputs;  // in the order of the response
};

// header_length: the request's Inference-Header-Content-Length. If it is empty, the whole body is
// JSON. The request refers to the body. Error: a sentence that says what is wrong and what would be
// valid; it ends early once a stop is requested.
[[nodiscard]] Parsed<InferenceRequest> parse_inference_request(std::span<const std::byte> body,
                                                               std::string_view header_length,
                                                               const ModelInfo& model,
                                                               const std::stop_token& stop = {});

}  // namespace genre::server
