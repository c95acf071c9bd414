// Calibration: of the clips with a certainty of 0.7, seven in ten should be predicted correctly.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dataset/table.h"
#include "evaluate/metrics.h"
#include "genre/model.h"

namespace genre::train {

// The temperature, from 0.05 to 20, that minimizes the rows' mean cross-entropy with the softmax
// of logits / temperature (Guo et al. 2017). logits: [n_rows, n_labels].
[[nodiscard]] double fit_temperature(std::span<const float> logits, const dataset::Table& table,
                                     std::span<const std::size_t> rows);

// Certainties [n_rows, n_labels]: the softmax of logits / temperature.
[[nodiscard]] std::vector<float> softmax(std::span<const float> logits, std::size_t n_labels,
                                         double temperature);

// The rows' mean cross-entropy for logits / temperature, by their weights.
[[nodiscard]] double cross_entropy(std::span<const float> logits, double temperature,
                                   const dataset::Table& table, std::span<const std::size_t> rows);

// The correlation of a track's clips, from 0 to 1, that minimizes the tracks' mean cross-entropy.
[[nodiscard]] double fit_window_correlation(const evaluate::Predictions& predictions,
                                            const dataset::Table& table,
                                            std::span<const std::size_t> rows);

// The smallest certainties, times 1 - none of these if the predictions have it, at which the
// accuracy of the rows, and of the tracks, is at least kConfidentAccuracy with 95 % confidence, and
// the novelties that at most a share of 1 - kUsual exceeds.
inline constexpr double kConfidentAccuracy = 0.9;
inline constexpr double kUsual = 0.99;
[[nodiscard]] ConfidentThresholds fit_confidence(const evaluate::Predictions& predictions,
                                                 const dataset::Table& table,
                                                 std::span<const std::size_t> rows);

}  // namespace genre::train
