// Predictions as JSON, the same on the command line and over HTTP.
#pragma once

#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "genre/predictor.h"

namespace genre::predict {

struct JsonOptions {
  std::size_t top = std::numeric_limits<std::size_t>::max();  // maximum number of genres
  bool segments = true;
  bool features = false;  // in each segment, by name; needs segments
};

// {"genre", "certainty", "genres": [{"genre", "certainty"}], "confident", "none_of_these",
// "segments": [{"start", "end", "genre", "certainty", "genres"}], "excerpts", "duration",
// "sample_rate", "model", "warnings"}; certainties to four decimals. "excerpts", the number of
// windows, only if the file has more windows than these. With WindowOptions::n_tags also "tags":
// [{"tag", "probability"}] behind "none_of_these".
[[nodiscard]] nlohmann::ordered_json to_json(const Prediction& prediction, const ModelInfo& model,
                                             const JsonOptions& options = {});

// An element of "segments". prediction: of the file, for its labels and its feature set.
[[nodiscard]] nlohmann::ordered_json segment_json(const Prediction& prediction,
                                                  const Segment& segment,
                                                  const JsonOptions& options = {});

// [{"code", "message", "from", "to"}].
[[nodiscard]] nlohmann::ordered_json warnings_json(std::span<const Warning> warnings);

// The features of one window by name: {"chroma_stft": ..., ... "mfcc20": ...}.
[[nodiscard]] nlohmann::ordered_json features_json(FeatureSet feature_set,
                                                   std::span<const float> features);

}  // namespace genre::predict
