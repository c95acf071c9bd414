// Makes certainties mean what they say.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dataset/table.h"
#include "evaluate/metrics.h"
#include "genre/model.h"

namespace genre::train {

// The temperature by which logits [n_rows, n_labels] are to be divided so that the rows' mean
// cross-entropy is least (Guo et al. 2017), from 0.05 to 20.
[[nodiscard]] double fit_temperature(std::span<const float> logits, const dataset::Table& table,
                                     std::span<const std::size_t> rows);

// Certainties [n_rows, n_labels]: the softmax of logits / temperature.
[[nodiscard]] std::vector<float> softmax(std::span<const float> logits, std::size_t n_labels,
                                         double temperature);

// The rows' mean cross-entropy under logits / temperature.
[[nodiscard]] double cross_entropy(std::span<const float> logits, double temperature,
                                   const dataset::Table& table, std::span<const std::size_t> rows);

// The correlation of a track's clips by which the tracks' mean cross-entropy is least, from 0 to 1.
[[nodiscard]] double fit_window_correlation(const evaluate::Answers& answers,
                                            const dataset::Table& table,
                                            std::span<const std::size_t> rows);

// The least certainties from which on the rows, and the tracks, were named rightly so often that at
// least kConfidentAccuracy may be counted on (at 95 % confidence), and the novelty that no more
// than 1 - kUsual of them exceed.
inline constexpr double kConfidentAccuracy = 0.9;
inline constexpr double kUsual = 0.99;
[[nodiscard]] ConfidentThresholds fit_confidence(const evaluate::Answers& answers,
                                                 const dataset::Table& table,
                                                 std::span<const std::size_t> rows);

}  // namespace genre::train
