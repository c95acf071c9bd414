// Plots as SVG, for self-contained HTML pages.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/metrics.h"

namespace genre::evaluate {

// A reliability diagram: accuracy by certainty.
[[nodiscard]] std::string reliability_plot(const Metrics& metrics);

// A confusion matrix, with the number of cases in each cell: an SVG file of its own.
[[nodiscard]] std::string confusion_plot(const Confusion& confusion,
                                         const std::vector<std::string>& labels);

// The ROC curve and the precision-recall curve of a track's certainty, with a dot for the
// predictions that are confident. accuracy: of all tracks.
[[nodiscard]] std::string certainty_plots(const CertaintyCurve& curve,
                                          const std::optional<ConfidentMetrics>& confidence,
                                          double accuracy);

// Losses and validation accuracy by step. curve: from the metadata of a model, see
// learning_curve(); an empty string if it is missing or invalid.
[[nodiscard]] std::string learning_curve_plot(const nlohmann::json& curve);

}  // namespace genre::evaluate
