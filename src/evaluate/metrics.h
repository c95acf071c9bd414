// How good certainties are.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "dataset/table.h"

namespace genre {

struct GenreMetrics {
  double precision = 0, recall = 0, f1 = 0;
};

// Clips whose greatest certainty lies in one of 15 bins of equal width.
struct ReliabilityBin {
  std::size_t n_clips = 0;
  double certainty = 0;  // mean of their greatest certainties
  double accuracy = 0;   // share of them that is named rightly
};

struct Interval {
  double low = 0, high = 0;
};

struct Metrics {
  std::size_t n_clips = 0, n_tracks = 0;
  double clip_accuracy = 0;
  double track_accuracy = 0;  // of the mean of a track's clip certainties
  // 95 %: percentiles of 2000 bootstrap samples, of whole tracks, for a track's clips go together.
  Interval clip_interval, track_interval;
  double calibration_error = 0;             // expected: the bins' mean distance (Guo et al. 2017)
  std::vector<ReliabilityBin> reliability;  // [15]
  std::vector<GenreMetrics> genres;         // [n_labels], of clips
  std::vector<std::vector<std::size_t>> confusion;  // clips, [true label][predicted label]
};

// rows: indices into table. certainties: [n_rows, n_labels], row-major. The same input gives the
// same metrics, intervals included.
[[nodiscard]] Metrics evaluate(const Table& table, std::span<const std::size_t> rows,
                               std::span<const float> certainties);

}  // namespace genre
