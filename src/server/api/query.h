// The parameters of requests: those of POST /v1/predict, in the query or as fields of a form, and
// those of POST /v1/peaks.
#pragma once

#include <cstddef>
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
  std::optional<std::size_t> excerpts = {};    // WindowOptions::excerpts
  unsigned track = 0;                          // AudioFile::with_track()
  std::optional<FeatureSet> feature_set = {};  // of the listed features, if given
  std::optional<bool> strict = {};             // WindowOptions::strict
  std::size_t n_tags = 0;                      // WindowOptions::n_tags
};

// query: what follows the question mark, percent-encoded. Error: a sentence that names the
// wrong parameter and its valid values.
[[nodiscard]] tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query);

// The same for POST /predict, which has the parameters strict and stream only.
[[nodiscard]] tl::expected<PredictQuery, std::string> parse_original_query(std::string_view query);

// Sets the parameter in a form's field. Error: as above.
[[nodiscard]] tl::expected<void, std::string> apply_form_field(PredictQuery& query,
                                                               std::string_view name,
                                                               std::string_view value);

// The parameters of POST /v1/peaks.
struct PeaksQuery {
  static constexpr std::size_t kMinBins = 16, kMaxBins = 8192;

  std::size_t bins = 2048;  // at most
  unsigned track = 0;       // AudioFile::with_track()
};

// As parse_predict_query.
[[nodiscard]] tl::expected<PeaksQuery, std::string> parse_peaks_query(std::string_view query);

// The same for POST /predict. Fields that are no parameters are ignored, as by the original
// service.
[[nodiscard]] tl::expected<void, std::string> apply_original_field(PredictQuery& query,
                                                                   std::string_view name,
                                                                   std::string_view value);

// The value of the last parameter with this name, decoded. Nothing if there is none. Error: a
// sentence, if a parameter is not encoded correctly.
[[nodiscard]] tl::expected<std::optional<std::string>, std::string> find_parameter(
    std::string_view query, std::string_view name);

// The first parameter that is not the model. Nothing if there is none.
[[nodiscard]] std::optional<std::string> find_other_than_model(std::string_view query);

}  // namespace genre::server
