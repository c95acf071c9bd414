// How good certainties are.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataset/table.h"
#include "genre/model.h"

namespace genre::evaluate {

// What a model says of rows.
struct Answers {
  std::vector<float> certainties;            // [n_rows, n_labels], row-major
  std::vector<float> novelty;                // [n_rows]
  std::optional<double> window_correlation;  // by which a track's clips are pooled

  void append(const Answers& more);  // of the same model
};

// A track's clips together.
struct TrackAnswer {
  std::size_t label = 0;
  std::vector<float> certainties;  // [n_labels], pooled
  double novelty = 0;              // mean
  std::size_t n_clips = 0, n_right = 0;
};

// By the tracks' names.
[[nodiscard]] std::map<std::string, TrackAnswer> pool_tracks(const dataset::Table& table,
                                                             std::span<const std::size_t> rows,
                                                             const Answers& answers);

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
  double track_accuracy = 0;  // of a track's pooled certainties
  // 95 %: percentiles of 2000 bootstrap samples, of whole tracks, for a track's clips go together.
  Interval clip_interval, track_interval;
  double calibration_error = 0;             // expected: the bins' mean distance (Guo et al. 2017)
  double track_calibration_error = 0;       // the same of the tracks
  std::vector<ReliabilityBin> reliability;  // [15]
  std::vector<GenreMetrics> genres;         // [n_labels], of clips
  std::vector<std::vector<std::size_t>> confusion;  // clips, [true label][predicted label]
};

// How many answers reach a model's thresholds, and how many of these are right.
struct ConfidentMetrics {
  struct Count {
    std::size_t all = 0, confident = 0, right = 0;
    [[nodiscard]] double share() const;     // of all, that are confident
    [[nodiscard]] double accuracy() const;  // of the confident
    void add(bool is_confident, bool is_right);
  };
  Count clips, tracks;
  void add(const ConfidentMetrics& other);
};

[[nodiscard]] ConfidentMetrics evaluate_confidence(const dataset::Table& table,
                                                   std::span<const std::size_t> rows,
                                                   const Answers& answers,
                                                   const ConfidentThresholds& thresholds);

// rows: indices into table. The same input gives the same metrics, intervals included.
[[nodiscard]] Metrics evaluate(const dataset::Table& table, std::span<const std::size_t> rows,
                               const Answers& answers);

}  // namespace genre::evaluate
