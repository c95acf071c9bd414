// The Open Inference Protocol (v2 of KServe and Triton, over HTTP): metadata of the server and of
// its only model.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "genre/model.h"
#include "http/response.h"

namespace genre::server {

inline constexpr std::string_view kServedModel = "genre";
inline constexpr std::string_view kServedVersion = "1";  // of the tensors below, not of the model

// The header field with the size of the JSON at the start of a body. Tensor bytes follow the JSON.
inline constexpr std::string_view kInferenceHeaderLength = "Inference-Header-Content-Length";

struct Tensor {
  std::string_view name;
  std::string_view datatype;
  std::optional<std::size_t> n_columns = {};  // shape [N, n_columns]; without it [N]

  [[nodiscard]] nlohmann::json shape(int n) const;  // n: -1 for any size
};

inline constexpr std::string_view kAudio = "audio";
inline constexpr std::string_view kFeatures = "features";
inline constexpr std::string_view kCertainties = "certainties";
inline constexpr std::string_view kGenre = "genre";
inline constexpr std::string_view kConfident = "confident";

// audio: BYTES [N], one audio file per element; features: FP32 [N, n_features]. A request has one.
[[nodiscard]] std::vector<Tensor> input_tensors(const ModelInfo& model);
// certainties: FP32 [N, n_labels]; genre: BYTES [N]; confident: BOOL [N], if the model has
// thresholds for it.
[[nodiscard]] std::vector<Tensor> output_tensors(const ModelInfo& model);

[[nodiscard]] http::Response server_metadata();                       // GET /v2
[[nodiscard]] http::Response model_metadata(const ModelInfo& model);  // GET /v2/models/genre
[[nodiscard]] http::Response server_live();                           // GET /v2/health/live
[[nodiscard]] http::Response server_ready(bool ready);                // GET /v2/health/ready
[[nodiscard]] http::Response model_ready(bool ready);                 // GET /v2/models/genre/ready

}  // namespace genre::server
