// The Open Inference Protocol (v2 of KServe and Triton, over HTTP), with Triton's extensions for
// the configuration, the statistics and the list of models: metadata of the server and of its
// models.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genre/model.h"
#include "http/response.h"
#include "server/statistics.h"

namespace genre::server {

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
inline constexpr std::string_view kNoneOfThese = "none_of_these";

// audio: BYTES [N], one audio file per element; features: FP32 [N, n_features], if the model takes
// features alone. A request has one.
[[nodiscard]] std::vector<Tensor> input_tensors(const ModelInfo& model);
// certainties: FP32 [N, n_labels]; genre: BYTES [N]; confident: BOOL [N], if the model has
// thresholds for it; none_of_these: FP32 [N], if the model knows it.
[[nodiscard]] std::vector<Tensor> output_tensors(const ModelInfo& model);

struct ModelStatistics {
  std::string_view name;
  Statistics statistics;
};

[[nodiscard]] http::Response server_metadata();         // GET /v2
[[nodiscard]] http::Response server_live();             // GET /v2/health/live
[[nodiscard]] http::Response server_ready(bool ready);  // GET /v2/health/ready

// GET /v2/models/{model}. The labels are in the parameters of the output certainties.
[[nodiscard]] http::Response model_metadata(std::string_view name, const ModelInfo& model);
// GET /v2/models/{model}/ready
[[nodiscard]] http::Response model_ready(std::string_view name, bool ready);
// GET /v2/models/{model}/config
[[nodiscard]] http::Response model_config(std::string_view name, const ModelInfo& model);
// GET /v2/models/{model}/stats, and /v2/models/stats of all models
[[nodiscard]] http::Response model_statistics(std::span<const ModelStatistics> models);
// POST /v2/repository/index
[[nodiscard]] http::Response repository_index(std::span<const std::string> names, bool ready);

}  // namespace genre::server
