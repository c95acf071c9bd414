#include "train/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace genre::train {
namespace {

constexpr std::size_t kCalibrationBins = 15;

template <typename Values>
std::size_t argmax(const Values& values) {
  return static_cast<std::size_t>(std::ranges::max_element(values) - std::ranges::begin(values));
}

double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

struct CalibrationBin {
  double certainty = 0, right = 0;
};

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
  struct Track {
    std::size_t label = 0;
    std::vector<double> sum;
  };
  const std::size_t n_labels = table.labels.size();
  Metrics metrics;
  metrics.n_clips = rows.size();
  metrics.confusion.assign(n_labels, std::vector<std::size_t>(n_labels));
  std::map<std::string, Track> tracks;
  std::array<CalibrationBin, kCalibrationBins> bins{};
  std::size_t right = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = table.rows[rows[i]];
    const auto certainty = certainties.subspan(i * n_labels, n_labels);
    const std::size_t predicted = argmax(certainty);
    ++metrics.confusion[row.label][predicted];
    right += predicted == row.label;

    const double top = certainty[predicted];
    auto& bin =
        bins[std::min(static_cast<std::size_t>(top * kCalibrationBins), kCalibrationBins - 1)];
    bin.certainty += top;
    bin.right += predicted == row.label;

    Track& track = tracks[row.track];
    track.label = row.label;
    track.sum.resize(n_labels);
    for (std::size_t label = 0; label < n_labels; ++label) track.sum[label] += certainty[label];
  }
  metrics.n_tracks = tracks.size();
  metrics.clip_accuracy = ratio(static_cast<double>(right), static_cast<double>(rows.size()));
  const auto tracks_right = std::ranges::count_if(
      tracks, [](const auto& track) { return argmax(track.second.sum) == track.second.label; });
  metrics.track_accuracy =
      ratio(static_cast<double>(tracks_right), static_cast<double>(tracks.size()));
  for (const CalibrationBin& bin : bins) {
    metrics.calibration_error +=
        ratio(std::fabs(bin.certainty - bin.right), static_cast<double>(rows.size()));
  }
  for (std::size_t label = 0; label < n_labels; ++label) {
    metrics.genres.push_back(genre_metrics(metrics.confusion, label));
  }
  return metrics;
}

}  // namespace genre::train
