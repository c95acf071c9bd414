// The query parameters of POST /v1/predict.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "predict/json.h"

namespace genre::server {

struct PredictQuery {
  JsonOptions json;
  double hop = WindowOptions{}.hop;  // s
};

// query: what follows the question mark, percent-encoded. Error: a sentence about the parameter
// that is wrong and what would be right.
[[nodiscard]] tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query);

}  // namespace genre::server
