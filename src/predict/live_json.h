// Live predictions as JSON, one object a line, the same on the command line and over HTTP.
#pragma once

#include <nlohmann/json.hpp>

#include "predict/json.h"

namespace genre::predict {

// {"type": "window", "start", "end", "genre", "certainty", "genres": [{"genre", "certainty"}],
// "silent"}. A silent window has no genre: its certainties are equal.
[[nodiscard]] nlohmann::ordered_json window_json(const Segment& segment, const ModelInfo& model,
                                                 const JsonOptions& options = {});

// {"type": "summary", "final", "windows"} and what to_json has for a file, without segments.
// n_windows: so far; last: no more follow.
[[nodiscard]] nlohmann::ordered_json summary_json(const Prediction& prediction,
                                                  const ModelInfo& model, std::size_t n_windows,
                                                  bool last, const JsonOptions& options = {});

}  // namespace genre::predict
