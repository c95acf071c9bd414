#include "train/calibration.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "model/activation.h"
#include "train/minimum.h"

namespace genre::train {
namespace {

struct Prediction {
  double certainty, novelty;
  bool correct;
};

Prediction to_prediction(std::span<const float> certainties, double novelty, std::size_t label) {
  const auto top = std::ranges::max_element(certainties);
  return {*top, novelty, static_cast<std::size_t>(top - certainties.begin()) == label};
}

// The lower bound of the true accuracy, with 95 % confidence, if `correct` of n predictions were
// correct (Wilson 1927).
double lower_bound(double correct, double n) {
  constexpr double z = 1.6448536269514722;  // one-sided 95 % of the normal distribution
  const double p = correct / n, z2 = z * z / n;
  return (p + z2 / 2 - z * std::sqrt(p * (1 - p) / n + z2 / (4 * n))) / (1 + z2);
}

// If no certainty is high enough, returns one that is never reached.
double certainty_threshold(std::vector<Prediction> predictions) {
  std::ranges::sort(predictions, std::ranges::greater{}, &Prediction::certainty);
  double found = 2, correct = 0;
  // Continue after a failure: the bound rises with more clips, so a lower certainty can still pass.
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    correct += predictions[i].correct;
    const bool last_of_equals =
        i + 1 == predictions.size() || predictions[i + 1].certainty < predictions[i].certainty;
    if (last_of_equals && lower_bound(correct, static_cast<double>(i + 1)) >= kConfidentAccuracy) {
      found = predictions[i].certainty;
    }
  }
  return found;
}

double novelty_threshold(std::vector<Prediction> predictions) {
  std::ranges::sort(predictions, {}, &Prediction::novelty);
  const auto last = static_cast<double>(predictions.size() - 1);
  return predictions[static_cast<std::size_t>(std::ceil(kUsual * last))].novelty;
}

ConfidentThresholds::Threshold threshold(const std::vector<Prediction>& predictions) {
  return {.certainty = certainty_threshold(predictions), .novelty = novelty_threshold(predictions)};
}

}  // namespace

std::vector<float> softmax(std::span<const float> logits, std::size_t n_labels,
                           double temperature) {
  std::vector<float> result;
  for (std::size_t at = 0; at < logits.size(); at += n_labels) {
    const auto row = logits.subspan(at, n_labels);
    // Without the maximum, exp() overflows for logits above 700.
    const double max = *std::ranges::max_element(row);
    double partition = 0;
    for (const float logit : row) partition += std::exp((logit - max) / temperature);
    for (const float logit : row) {
      result.push_back(static_cast<float>(std::exp((logit - max) / temperature) / partition));
    }
  }
  return result;
}

double cross_entropy(std::span<const float> logits, double temperature, const dataset::Table& table,
                     std::span<const std::size_t> rows) {
  const std::size_t n_labels = table.labels.size();
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = logits.subspan(i * n_labels, n_labels);
    const double max = *std::ranges::max_element(row);
    double partition = 0;
    for (const float logit : row) partition += std::exp((logit - max) / temperature);
    const auto& [label, weight] = std::tie(table.rows[rows[i]].label, table.rows[rows[i]].weight);
    sum += weight * (std::log(partition) - (row[label] - max) / temperature);
    total += weight;
  }
  return sum / total;
}

double fit_temperature(std::span<const float> logits, const dataset::Table& table,
                       std::span<const std::size_t> rows) {
  // On a logarithmic scale, where 0.5 and 2 are equally far from 1.
  return std::exp(minimum(std::log(0.05), std::log(20.0), [&](double log_temperature) {
                    return cross_entropy(logits, std::exp(log_temperature), table, rows);
                  }).first);
}

double fit_window_correlation(const evaluate::Predictions& predictions, const dataset::Table& table,
                              std::span<const std::size_t> rows) {
  evaluate::Predictions by_mean = predictions;
  return minimum(0, 1,
                 [&](double correlation) {
                   by_mean.window_correlation = correlation;
                   double sum = 0;
                   const auto tracks = evaluate::pool_tracks(table, rows, by_mean);
                   for (const auto& [name, track] : tracks) {
                     // A certainty of 0 for the true genre must not outweigh all other tracks.
                     sum -= std::log(std::max(track.certainties[track.label], 1e-9F));
                   }
                   return sum / static_cast<double>(tracks.size());
                 })
      .first;
}

ConfidentThresholds fit_confidence(const evaluate::Predictions& predictions,
                                   const dataset::Table& table, std::span<const std::size_t> rows) {
  const std::size_t n_labels = table.labels.size();
  std::vector<Prediction> clips, tracks;
  const auto some = [&](double none) {
    return predictions.none.empty() ? 1 : model::sigmoid(-none);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto clip = std::span(predictions.certainties).subspan(i * n_labels, n_labels);
    clips.push_back(to_prediction(clip, predictions.novelty[i], table.rows[rows[i]].label));
    if (!predictions.none.empty()) clips.back().certainty *= some(predictions.none[i]);
  }
  std::vector<std::size_t> lengths;
  for (const auto& [name, track] : evaluate::pool_tracks(table, rows, predictions)) {
    tracks.push_back(to_prediction(track.certainties, track.novelty, track.label));
    tracks.back().certainty *= some(track.none);
    lengths.push_back(track.n_clips);
  }
  std::ranges::sort(lengths);
  return {.clip = threshold(clips),
          .track = threshold(tracks),
          .track_clips = lengths[lengths.size() / 2]};
}

}  // namespace genre::train
