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
  std::vector<float> none = {};  // [n_rows], logits; empty if the model has no such output

  void append(const Predictions& more);  // must be of the same model
};

// The pooled prediction for the clips of a track.
struct TrackPrediction {
  std::size_t label = 0;
  std::vector<float> certainties;  // [n_labels], pooled
  double novelty = 0;              // mean
  double none = 0;                 // mean of the logits of none of these
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

// Every genre counts the same, however many cases it has (scikit-learn's balanced_accuracy_score
// and f1_score with average="macro").
struct Averages {
  double balanced_accuracy = 0;  // mean recall of the genres that occur
  double macro_f1 = 0;           // mean F1 of the genres that occur or are predicted
};

using Confusion = std::vector<std::vector<std::size_t>>;  // [true label][predicted label]

struct Interval {
  double low = 0, high = 0;
};

// "The prediction is right", predicted by its certainty, for each threshold of the certainty.
struct CertaintyCurve {
  struct Point {
    double threshold;            // the certainty at and above which a prediction counts
    double recall;               // share of the right predictions that count: true positive rate
    double false_positive_rate;  // share of the wrong predictions that count
    double precision;            // share of right ones among those that count
  };
  std::vector<Point> points;  // from the highest threshold to the lowest
  double auc = 0;             // area under the ROC curve
  double average_precision = 0;
};

struct Metrics {
  std::size_t n_clips = 0, n_tracks = 0;
  double clip_accuracy = 0;
  double track_accuracy = 0;  // of the pooled certainties
  // 95 % confidence intervals: percentiles of 2000 bootstrap samples. Each sample draws whole
  // tracks, because the clips of a track are not independent.
  Interval clip_interval, track_interval;
  Averages clip_averages, track_averages;
  double calibration_error = 0;             // expected calibration error (Guo et al. 2017)
  double track_calibration_error = 0;       // the same for tracks
  std::vector<ReliabilityBin> reliability;  // [15]
  std::vector<GenreMetrics> genres;         // [n_labels], of clips
  Confusion confusion, track_confusion;     // of clips; of tracks
  // How well the certainty of a track tells right predictions from wrong ones.
  std::optional<CertaintyCurve> certainty_curve;  // if there are both
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

// The curve of predictions with these certainties; nothing if all or none of them are right.
struct Outcome {
  double certainty;
  bool correct;
};
[[nodiscard]] std::optional<CertaintyCurve> certainty_curve(std::vector<Outcome> outcomes);

[[nodiscard]] Averages averages(const Confusion& confusion);

// rows: indices into table. Deterministic, including the intervals.
[[nodiscard]] Metrics evaluate(const dataset::Table& table, std::span<const std::size_t> rows,
                               const Predictions& predictions);

// The metrics for each of Table::data_sets; none if the table is of one data set.
[[nodiscard]] std::vector<Metrics> evaluate_data_sets(const dataset::Table& table,
                                                      std::span<const std::size_t> rows,
                                                      const Predictions& predictions);

}  // namespace genre::evaluate
