// Plots as SVG, for self-contained HTML pages.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "evaluate/metrics.h"

namespace genre::evaluate {

// A reliability diagram: accuracy by certainty.
[[nodiscard]] std::string reliability_plot(const Metrics& metrics);

// Losses and validation accuracy by step. curve: from the metadata of a model, see
// learning_curve(); an empty string if it is missing or invalid.
[[nodiscard]] std::string learning_curve_plot(const nlohmann::json& curve);

}  // namespace genre::evaluate
