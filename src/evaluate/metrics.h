// Metrics of certainties.
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

// The predictions of a model for rows of a table.
struct Predictions {
  std::vector<float> certainties;            // [n_rows, n_labels], row-major
  std::vector<float> novelty;                // [n_rows]
  std::optional<double> window_correlation;  // for pooling the clips of a track

  void append(const Predictions& more);  // must be of the same model
};

// The pooled prediction for the clips of a track.
struct TrackPrediction {
  std::size_t label = 0;
  std::vector<float> certainties;  // [n_labels], pooled
  double novelty = 0;              // mean
  std::size_t n_clips = 0, n_correct = 0;
};

// Keys are the names of the tracks.
[[nodiscard]] std::map<std::string, TrackPrediction> pool_tracks(const dataset::Table& table,
                                                                 std::span<const std::size_t> rows,
                                                                 const Predictions& predictions);

struct GenreMetrics {
  double precision = 0, recall = 0, f1 = 0;
};

// The clips whose highest certainty is in one of 15 bins of equal width.
struct ReliabilityBin {
  std::size_t n_clips = 0;
  double certainty = 0;  // mean of the highest certainties
  double accuracy = 0;   // share of correct predictions
};

struct Interval {
  double low = 0, high = 0;
};

struct Metrics {
  std::size_t n_clips = 0, n_tracks = 0;
  double clip_accuracy = 0;
  double track_accuracy = 0;  // of the pooled certainties
  // 95 % confidence intervals: percentiles of 2000 bootstrap samples. Each sample draws whole
  // tracks, because the clips of a track are not independent.
  Interval clip_interval, track_interval;
  double calibration_error = 0;                     // expected calibration error (Guo et al. 2017)
  double track_calibration_error = 0;               // the same for tracks
  std::vector<ReliabilityBin> reliability;          // [15]
  std::vector<GenreMetrics> genres;                 // [n_labels], of clips
  std::vector<std::vector<std::size_t>> confusion;  // clips, [true label][predicted label]
};

// How many predictions reach the thresholds of a model, and how many of these are correct.
struct ConfidentMetrics {
  struct Count {
    std::size_t all = 0, confident = 0, correct = 0;
    [[nodiscard]] double share() const;     // confident / all
    [[nodiscard]] double accuracy() const;  // correct / confident
    void add(bool is_confident, bool is_correct);
  };
  Count clips, tracks;
  void add(const ConfidentMetrics& other);
};

[[nodiscard]] ConfidentMetrics evaluate_confidence(const dataset::Table& table,
                                                   std::span<const std::size_t> rows,
                                                   const Predictions& predictions,
                                                   const ConfidentThresholds& thresholds);

// rows: indices into table. Deterministic, including the intervals.
[[nodiscard]] Metrics evaluate(const dataset::Table& table, std::span<const std::size_t> rows,
                               const Predictions& predictions);

}  // namespace genre::evaluate
