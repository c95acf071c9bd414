// Query parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "predict/json.h"

namespace genre::server {

// Those of POST /v1/predict, without the model.
struct PredictQuery {
  predict::JsonOptions json;
  double hop = WindowOptions{}.hop;            // s
  std::optional<FeatureSet> feature_set = {};  // of the listed features, if given
};

// query: what follows the question mark, percent-encoded. Error: a sentence that names the
// wrong parameter and its valid values.
[[nodiscard]] tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query);

// The value of the last parameter with this name, decoded. Nothing if there is none, or if it is
// not encoded correctly.
[[nodiscard]] std::optional<std::string> find_parameter(std::string_view query,
                                                        std::string_view name);

}  // namespace genre::server
