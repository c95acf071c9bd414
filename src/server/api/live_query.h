// The parameters of POST /v1/stream and GET /v1/live.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "genre/audio.h"
#include "predict/json.h"

namespace genre::server {

// Without the model.
struct LiveQuery {
  std::optional<PcmFormat> pcm = {};  // of samples without a header; else the first bytes show it
  std::optional<double> hop = {};     // s; the model's by default
  std::size_t summary = 0;            // windows from one summary to the next; 0: only at the end
  predict::JsonOptions json = {};     // only top
};

// query: as in parse_predict_query. Error: a sentence that names the wrong parameter and its valid
// values.
[[nodiscard]] tl::expected<LiveQuery, std::string> parse_live_query(std::string_view query);

}  // namespace genre::server
