// Collects the deviations of our features from librosa's and prints them as a table.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "genre/features.h"

namespace genre::test {

using Gtzan26 = std::array<float, kGtzan26Size>;

class ErrorTable {
 public:
  // scale: [n_features] units in which errors are counted (standard deviations over GTZAN).
  explicit ErrorTable(std::span<const double, kGtzan26Size> scale);

  // Adds one clip; returns its greatest error.
  double add(std::span<const float, kGtzan26Size> ours,
             std::span<const double, kGtzan26Size> librosa, const std::string& clip);

  // A Markdown table: feature, worst error, the clip it is on, median error.
  [[nodiscard]] std::string to_markdown() const;
  [[nodiscard]] double worst(std::size_t feature) const;
  [[nodiscard]] double median() const;  // over all features of all clips

 private:
  struct Column {
    std::vector<double> errors;
    double worst = 0;
    std::string worst_clip;
  };
  std::array<double, kGtzan26Size> scale_{};
  std::array<Column, kGtzan26Size> columns_;
};

}  // namespace genre::test
