// How good certainties are.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "train/table.h"

namespace genre::train {

struct GenreMetrics {
  double precision = 0, recall = 0, f1 = 0;
};

struct Metrics {
  std::size_t n_clips = 0, n_tracks = 0;
  double clip_accuracy = 0;
  double track_accuracy = 0;         // of the mean of a track's clip certainties
  double calibration_error = 0;      // expected, 15 bins of equal width (Guo et al. 2017)
  std::vector<GenreMetrics> genres;  // [n_labels], of clips
  std::vector<std::vector<std::size_t>> confusion;  // clips, [true label][predicted label]
};

// rows: indices into table. certainties: [n_rows, n_labels], row-major.
[[nodiscard]] Metrics evaluate(const Table& table, std::span<const std::size_t> rows,
                               std::span<const float> certainties);

}  // namespace genre::train
