#include "evaluate/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace genre {
namespace {

constexpr std::size_t kReliabilityBins = 15;
constexpr std::size_t kBootstrapSamples = 2000;
constexpr double kLevel = 0.95;  // of the intervals

template <typename Values>
std::size_t argmax(const Values& values) {
  return static_cast<std::size_t>(std::ranges::max_element(values) - std::ranges::begin(values));
}

double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

struct Track {
  std::size_t label = 0;
  std::vector<double> sum;  // of its clips' certainties, [n_labels]
  std::size_t n_clips = 0, n_right = 0;

  [[nodiscard]] bool right() const { return argmax(sum) == label; }
};

struct Accuracies {
  double clips = 0, tracks = 0;
};

Accuracies accuracies(const std::vector<const Track*>& tracks) {
  std::size_t clips = 0, clips_right = 0, tracks_right = 0;
  for (const Track* track : tracks) {
    clips += track->n_clips;
    clips_right += track->n_right;
    tracks_right += track->right();
  }
  return {.clips = ratio(static_cast<double>(clips_right), static_cast<double>(clips)),
          .tracks = ratio(static_cast<double>(tracks_right), static_cast<double>(tracks.size()))};
}

Interval percentiles(std::vector<double> values) {
  std::ranges::sort(values);
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(std::lround(share * last))];
  };
  return {.low = at((1 - kLevel) / 2), .high = at((1 + kLevel) / 2)};
}

// Efron and Tibshirani 1993: tracks drawn with replacement, as many as there are.
void add_intervals(const std::vector<const Track*>& tracks, Metrics& metrics) {
  std::mt19937_64 random(1);
  std::vector<double> clips, songs;
  std::vector<const Track*> sample(tracks.size());
  for (std::size_t i = 0; i < kBootstrapSamples; ++i) {
    for (const Track*& track : sample) track = tracks[random() % tracks.size()];
    const Accuracies drawn = accuracies(sample);
    clips.push_back(drawn.clips);
    songs.push_back(drawn.tracks);
  }
  metrics.clip_interval = percentiles(std::move(clips));
  metrics.track_interval = percentiles(std::move(songs));
}

GenreMetrics genre_metrics(const std::vector<std::vector<std::size_t>>& confusion,
                           std::size_t label) {
  std::size_t predicted = 0, actual = 0;
  for (std::size_t other = 0; other < confusion.size(); ++other) {
    predicted += confusion[other][label];
    actual += confusion[label][other];
  }
  const auto right = static_cast<double>(confusion[label][label]);
  GenreMetrics metrics;
  metrics.precision = ratio(right, static_cast<double>(predicted));
  metrics.recall = ratio(right, static_cast<double>(actual));
  metrics.f1 = ratio(2 * right, static_cast<double>(predicted + actual));
  return metrics;
}

}  // namespace

Metrics evaluate(const Table& table, std::span<const std::size_t> rows,
                 std::span<const float> certainties) {
  const std::size_t n_labels = table.labels.size();
  Metrics metrics;
  metrics.n_clips = rows.size();
  metrics.confusion.assign(n_labels, std::vector<std::size_t>(n_labels));
  std::map<std::string, Track> tracks;
  metrics.reliability.resize(kReliabilityBins);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = table.rows[rows[i]];
    const auto certainty = certainties.subspan(i * n_labels, n_labels);
    const std::size_t predicted = argmax(certainty);
    ++metrics.confusion[row.label][predicted];
    const bool right = predicted == row.label;

    const double top = certainty[predicted];
    ReliabilityBin& bin = metrics.reliability[std::min(
        static_cast<std::size_t>(top * kReliabilityBins), kReliabilityBins - 1)];
    ++bin.n_clips;
    bin.certainty += top;
    bin.accuracy += right;

    Track& track = tracks[row.track];
    track.label = row.label;
    ++track.n_clips;
    track.n_right += right;
    track.sum.resize(n_labels);
    for (std::size_t label = 0; label < n_labels; ++label) track.sum[label] += certainty[label];
  }
  std::vector<const Track*> all;
  for (const auto& [name, track] : tracks) all.push_back(&track);
  const Accuracies measured = accuracies(all);
  metrics.n_tracks = all.size();
  metrics.clip_accuracy = measured.clips;
  metrics.track_accuracy = measured.tracks;
  if (!all.empty()) add_intervals(all, metrics);
  for (ReliabilityBin& bin : metrics.reliability) {
    metrics.calibration_error +=
        ratio(std::fabs(bin.certainty - bin.accuracy), static_cast<double>(rows.size()));
    bin.certainty = ratio(bin.certainty, static_cast<double>(bin.n_clips));
    bin.accuracy = ratio(bin.accuracy, static_cast<double>(bin.n_clips));
  }
  for (std::size_t label = 0; label < n_labels; ++label) {
    metrics.genres.push_back(genre_metrics(metrics.confusion, label));
  }
  return metrics;
}

}  // namespace genre
