// The parameters of POST /v1/predict, in the query or as fields of a form.
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
  std::optional<double> hop = {};              // s; the model's by default
  unsigned track = 0;                          // AudioFile::with_track()
  std::optional<FeatureSet> feature_set = {};  // of the listed features, if given
  std::optional<bool> strict = {};             // WindowOptions::strict
  std::size_t n_tags = 0;                      // WindowOptions::n_tags
};

// query: what follows the question mark, percent-encoded. Error: a sentence that names the
// wrong parameter and its valid values.
[[nodiscard]] tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query);

// Sets the parameter in a form's field. Error: as above.
[[nodiscard]] tl::expected<void, std::string> apply_form_field(PredictQuery& query,
                                                               std::string_view name,
                                                               std::string_view value);

// The value of the last parameter with this name, decoded. Nothing if there is none, or if it is
// not encoded correctly.
[[nodiscard]] std::optional<std::string> find_parameter(std::string_view query,
                                                        std::string_view name);

}  // namespace genre::server
