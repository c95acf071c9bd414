// A Prediction as JSON, the same on the command line and over HTTP.
#pragma once

#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "genre/predictor.h"

namespace genre::predict {

struct JsonOptions {
  std::size_t top = std::numeric_limits<std::size_t>::max();  // genres listed, likeliest first
  bool segments = true;
  bool features = false;  // those that segments have, by name; only used if segments
};

// {"genre", "certainty", "genres": [{"genre", "certainty"}], "confident", "segments": [{"start",
// "end", "genre", "certainty", "genres"}], "duration", "sample_rate", "model"}; certainties to four
// decimals.
[[nodiscard]] nlohmann::ordered_json to_json(const Prediction& prediction, const ModelInfo& model,
                                             const JsonOptions& options = {});

// {"chroma_stft": ..., ... "mfcc20": ...} of one window's features.
[[nodiscard]] nlohmann::ordered_json features_json(FeatureSet feature_set,
                                                   std::span<const float> features);

}  // namespace genre::predict
