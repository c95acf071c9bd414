#include "train/calibration.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace genre::train {
namespace {

// The argument in [low, high] of a function's one minimum, by golden-section search.
template <class Function>
double minimum(double low, double high, Function f) {
  constexpr double kGolden = 0.6180339887498949;
  while (high - low > 1e-4) {
    const double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
    if (f(a) < f(b)) {
      high = b;
    } else {
      low = a;
    }
  }
  return (low + high) / 2;
}

struct Answer {
  double certainty, novelty;
  bool right;
};

Answer to_answer(std::span<const float> certainties, double novelty, std::size_t label) {
  const auto top = std::ranges::max_element(certainties);
  return {*top, novelty, static_cast<std::size_t>(top - certainties.begin()) == label};
}

// What the true share is not below, with 95 % confidence, if right of n were seen (Wilson 1927).
double least_share(double right, double n) {
  constexpr double z = 1.6448536269514722;
  const double p = right / n, z2 = z * z / n;
  return (p + z2 / 2 - z * std::sqrt(p * (1 - p) / n + z2 / (4 * n))) / (1 + z2);
}

// Where no certainty will do, one that is never reached.
double certainty_threshold(std::vector<Answer> answers) {
  std::ranges::sort(answers, std::ranges::greater{}, &Answer::certainty);
  double found = 2, right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    right += answers[i].right;
    const bool last_of_equals =
        i + 1 == answers.size() || answers[i + 1].certainty < answers[i].certainty;
    if (last_of_equals && least_share(right, static_cast<double>(i + 1)) >= kConfidentAccuracy) {
      found = answers[i].certainty;
    }
  }
  return found;
}

double novelty_threshold(std::vector<Answer> answers) {
  std::ranges::sort(answers, {}, &Answer::novelty);
  const auto last = static_cast<double>(answers.size() - 1);
  return answers[static_cast<std::size_t>(std::ceil(kUsual * last))].novelty;
}

ConfidentThresholds::Threshold threshold(const std::vector<Answer>& answers) {
  return {.certainty = certainty_threshold(answers), .novelty = novelty_threshold(answers)};
}

}  // namespace

std::vector<float> softmax(std::span<const float> logits, std::size_t n_labels,
                           double temperature) {
  std::vector<float> result;
  for (std::size_t at = 0; at < logits.size(); at += n_labels) {
    const auto row = logits.subspan(at, n_labels);
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
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = logits.subspan(i * n_labels, n_labels);
    const double max = *std::ranges::max_element(row);
    double partition = 0;
    for (const float logit : row) partition += std::exp((logit - max) / temperature);
    sum += std::log(partition) - (row[table.rows[rows[i]].label] - max) / temperature;
  }
  return sum / static_cast<double>(rows.size());
}

double fit_temperature(std::span<const float> logits, const dataset::Table& table,
                       std::span<const std::size_t> rows) {
  return std::exp(minimum(std::log(0.05), std::log(20.0), [&](double log_temperature) {
    return cross_entropy(logits, std::exp(log_temperature), table, rows);
  }));
}

double fit_window_correlation(const evaluate::Answers& answers, const dataset::Table& table,
                              std::span<const std::size_t> rows) {
  evaluate::Answers by_mean = answers;
  return minimum(0, 1, [&](double correlation) {
    by_mean.window_correlation = correlation;
    double sum = 0;
    const auto tracks = evaluate::pool_tracks(table, rows, by_mean);
    for (const auto& [name, track] : tracks) {
      sum -= std::log(std::max(track.certainties[track.label], 1e-9F));
    }
    return sum / static_cast<double>(tracks.size());
  });
}

ConfidentThresholds fit_confidence(const evaluate::Answers& answers, const dataset::Table& table,
                                   std::span<const std::size_t> rows) {
  const std::size_t n_labels = table.labels.size();
  std::vector<Answer> clips, songs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto clip = std::span(answers.certainties).subspan(i * n_labels, n_labels);
    clips.push_back(to_answer(clip, answers.novelty[i], table.rows[rows[i]].label));
  }
  std::vector<std::size_t> lengths;
  for (const auto& [name, track] : evaluate::pool_tracks(table, rows, answers)) {
    songs.push_back(to_answer(track.certainties, track.novelty, track.label));
    lengths.push_back(track.n_clips);
  }
  std::ranges::sort(lengths);
  return {.clip = threshold(clips),
          .track = threshold(songs),
          .track_clips = lengths[lengths.size() / 2]};
}

}  // namespace genre::train
