// The query parameters of POST /v1/predict.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "predict/json.h"

namespace genre::server {

struct PredictQuery {
  predict::JsonOptions json;
  double hop = WindowOptions{}.hop;            // s
  unsigned track = 0;                          // AudioFile::with_track()
  std::optional<FeatureSet> feature_set = {};  // of the listed features, if given
};

// query: what follows the question mark, percent-encoded. Error: a sentence that names the
// wrong parameter and its valid values.
[[nodiscard]] tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query);

}  // namespace genre::server
