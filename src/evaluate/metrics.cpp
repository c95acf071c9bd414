#include "evaluate/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "model/activation.h"
#include "model/pool.h"

namespace genre::evaluate {
namespace {

constexpr std::size_t kReliabilityBins = 15;
constexpr std::size_t kBootstrapSamples = 2000;
constexpr double kLevel = 0.95;  // of the intervals

template <typename Values>
std::size_t argmax(const Values& values) {
  return static_cast<std::size_t>(std::ranges::max_element(values) - std::ranges::begin(values));
}

double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

double certainty(const TrackPrediction& track) { return std::ranges::max(track.certainties); }
bool is_correct(const TrackPrediction& track) { return argmax(track.certainties) == track.label; }

class Reliability {
 public:
  void add(double certainty, bool correct) {
    ReliabilityBin& bin = bins_[std::min(static_cast<std::size_t>(certainty * kReliabilityBins),
                                         kReliabilityBins - 1)];
    ++bin.n_clips;
    bin.certainty += certainty;
    bin.accuracy += correct;
  }

  // The mean distance between certainty and accuracy, weighted by the clips of each bin: the bins
  // hold sums here, which include the weights.
  [[nodiscard]] double error() const {
    double distance = 0, n = 0;
    for (const ReliabilityBin& bin : bins_) {
      distance += std::fabs(bin.certainty - bin.accuracy);
      n += static_cast<double>(bin.n_clips);
    }
    return ratio(distance, n);
  }

  [[nodiscard]] std::vector<ReliabilityBin> means() const {
    std::vector<ReliabilityBin> means = bins_;
    for (ReliabilityBin& bin : means) {
      bin.certainty = ratio(bin.certainty, static_cast<double>(bin.n_clips));
      bin.accuracy = ratio(bin.accuracy, static_cast<double>(bin.n_clips));
    }
    return means;
  }

 private:
  std::vector<ReliabilityBin> bins_ = std::vector<ReliabilityBin>(kReliabilityBins);
};

struct Accuracies {
  double clips = 0, tracks = 0;
};

Accuracies accuracies(const std::vector<const TrackPrediction*>& tracks) {
  std::size_t clips = 0, clips_correct = 0, tracks_correct = 0;
  for (const TrackPrediction* track : tracks) {
    clips += track->n_clips;
    clips_correct += track->n_correct;
    tracks_correct += is_correct(*track);
  }
  return {.clips = ratio(static_cast<double>(clips_correct), static_cast<double>(clips)),
          .tracks = ratio(static_cast<double>(tracks_correct), static_cast<double>(tracks.size()))};
}

Interval percentiles(std::vector<double> values) {
  std::ranges::sort(values);
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(std::lround(share * last))];
  };
  return {.low = at((1 - kLevel) / 2), .high = at((1 + kLevel) / 2)};
}

// Bootstrap (Efron and Tibshirani 1993): each sample draws n_tracks tracks with replacement.
void add_intervals(const std::vector<const TrackPrediction*>& tracks, Metrics& metrics) {
  std::mt19937_64 random(1);
  std::vector<double> clips, songs;
  std::vector<const TrackPrediction*> sample(tracks.size());
  for (std::size_t i = 0; i < kBootstrapSamples; ++i) {
    for (const TrackPrediction*& track : sample) track = tracks[random() % tracks.size()];
    const Accuracies drawn = accuracies(sample);
    clips.push_back(drawn.clips);
    songs.push_back(drawn.tracks);
  }
  metrics.clip_interval = percentiles(std::move(clips));
  metrics.track_interval = percentiles(std::move(songs));
}

GenreMetrics genre_metrics(const Confusion& confusion, std::size_t label) {
  std::size_t predicted = 0, actual = 0;
  for (std::size_t other = 0; other < confusion.size(); ++other) {
    predicted += confusion[other][label];
    actual += confusion[label][other];
  }
  const auto correct = static_cast<double>(confusion[label][label]);
  GenreMetrics metrics;
  metrics.precision = ratio(correct, static_cast<double>(predicted));
  metrics.recall = ratio(correct, static_cast<double>(actual));
  metrics.f1 = ratio(2 * correct, static_cast<double>(predicted + actual));
  return metrics;
}

}  // namespace

Averages averages(const Confusion& confusion) {
  double recall = 0, f1 = 0;
  std::size_t n_true = 0, n_either = 0;
  for (std::size_t label = 0; label < confusion.size(); ++label) {
    const GenreMetrics genre = genre_metrics(confusion, label);
    std::size_t actual = 0, predicted = 0;
    for (std::size_t other = 0; other < confusion.size(); ++other) {
      actual += confusion[label][other];
      predicted += confusion[other][label];
    }
    n_true += actual > 0;
    n_either += actual + predicted > 0;
    recall += genre.recall;
    f1 += genre.f1;
  }
  return {.balanced_accuracy = ratio(recall, static_cast<double>(n_true)),
          .macro_f1 = ratio(f1, static_cast<double>(n_either))};
}

std::optional<CertaintyCurve> certainty_curve(std::vector<Outcome> outcomes) {
  const auto n_right =
      static_cast<double>(std::ranges::count_if(outcomes, [](const auto& o) { return o.correct; }));
  const double n_wrong = static_cast<double>(outcomes.size()) - n_right;
  if (n_right == 0 || n_wrong == 0) return std::nullopt;
  std::ranges::sort(outcomes, std::ranges::greater{}, &Outcome::certainty);
  CertaintyCurve curve;
  double right = 0, wrong = 0, last_recall = 0, last_rate = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    (outcomes[i].correct ? right : wrong) += 1;
    // Equal certainties pass a threshold together.
    if (i + 1 < outcomes.size() && outcomes[i + 1].certainty == outcomes[i].certainty) continue;
    const CertaintyCurve::Point point{.threshold = outcomes[i].certainty,
                                      .recall = right / n_right,
                                      .false_positive_rate = wrong / n_wrong,
                                      .precision = right / (right + wrong)};
    curve.auc += (point.false_positive_rate - last_rate) * (point.recall + last_recall) / 2;
    curve.average_precision += (point.recall - last_recall) * point.precision;
    last_recall = point.recall;
    last_rate = point.false_positive_rate;
    curve.points.push_back(point);
  }
  return curve;
}

double ConfidentMetrics::Count::share() const {
  return ratio(static_cast<double>(confident), static_cast<double>(all));
}

double ConfidentMetrics::Count::accuracy() const {
  return ratio(static_cast<double>(correct), static_cast<double>(confident));
}

void ConfidentMetrics::Count::add(bool is_confident, bool is_correct) {
  ++all;
  confident += is_confident;
  correct += is_confident && is_correct;
}

void ConfidentMetrics::add(const ConfidentMetrics& other) {
  for (const auto& [sum, more] : {std::pair{&clips, &other.clips}, {&tracks, &other.tracks}}) {
    sum->all += more->all;
    sum->confident += more->confident;
    sum->correct += more->correct;
  }
}

std::map<std::string, TrackPrediction> pool_tracks(const dataset::Table& table,
                                                   std::span<const std::size_t> rows,
                                                   const Predictions& predictions) {
  const std::size_t n_labels = table.labels.size();
  std::map<std::string, TrackPrediction> tracks;
  std::map<std::string, model::CertaintyPool> pools;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const dataset::Row& row = table.rows[rows[i]];
    const auto clip = std::span(predictions.certainties).subspan(i * n_labels, n_labels);
    pools.try_emplace(row.track, n_labels, predictions.window_correlation).first->second.add(clip);
    TrackPrediction& track = tracks[row.track];
    track.label = row.label;
    ++track.n_clips;
    track.n_correct += argmax(clip) == row.label;
    if (!predictions.novelty.empty()) track.novelty += predictions.novelty[i];
    if (!predictions.none.empty()) track.none += predictions.none[i];
  }
  for (auto& [name, track] : tracks) {
    track.certainties = pools.at(name).certainties();
    track.novelty /= static_cast<double>(track.n_clips);
    track.none /= static_cast<double>(track.n_clips);
  }
  return tracks;
}

void Predictions::append(const Predictions& more) {
  certainties.insert(certainties.end(), more.certainties.begin(), more.certainties.end());
  novelty.insert(novelty.end(), more.novelty.begin(), more.novelty.end());
  none.insert(none.end(), more.none.begin(), more.none.end());
}

ConfidentMetrics evaluate_confidence(const dataset::Table& table, std::span<const std::size_t> rows,
                                     const Predictions& predictions,
                                     const ConfidentThresholds& thresholds) {
  const std::size_t n_labels = table.labels.size();
  ConfidentMetrics metrics;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto clip = std::span(predictions.certainties).subspan(i * n_labels, n_labels);
    const std::size_t predicted = argmax(clip);
    const double some = predictions.none.empty() ? 1 : model::sigmoid(-predictions.none[i]);
    metrics.clips.add(thresholds.reached(clip[predicted] * some, predictions.novelty[i], 1),
                      predicted == table.rows[rows[i]].label);
  }
  for (const auto& [name, track] : pool_tracks(table, rows, predictions)) {
    const double some = predictions.none.empty() ? 1 : model::sigmoid(-track.none);
    metrics.tracks.add(thresholds.reached(certainty(track) * some, track.novelty, track.n_clips),
                       is_correct(track));
  }
  return metrics;
}

Metrics evaluate(const dataset::Table& table, std::span<const std::size_t> rows,
                 const Predictions& predictions) {
  const std::size_t n_labels = table.labels.size();
  Metrics metrics;
  metrics.n_clips = rows.size();
  metrics.confusion.assign(n_labels, std::vector<std::size_t>(n_labels));
  metrics.track_confusion = metrics.confusion;
  Reliability of_clips, of_tracks;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const dataset::Row& row = table.rows[rows[i]];
    const auto clip = std::span(predictions.certainties).subspan(i * n_labels, n_labels);
    const std::size_t predicted = argmax(clip);
    ++metrics.confusion[row.label][predicted];
    of_clips.add(clip[predicted], predicted == row.label);
  }
  const auto tracks = pool_tracks(table, rows, predictions);
  std::vector<const TrackPrediction*> all;
  std::vector<Outcome> outcomes;
  for (const auto& [name, track] : tracks) {
    all.push_back(&track);
    of_tracks.add(certainty(track), is_correct(track));
    ++metrics.track_confusion[track.label][argmax(track.certainties)];
    outcomes.push_back({certainty(track), is_correct(track)});
  }
  const Accuracies measured = accuracies(all);
  metrics.n_tracks = all.size();
  metrics.clip_accuracy = measured.clips;
  metrics.track_accuracy = measured.tracks;
  if (!all.empty()) add_intervals(all, metrics);
  metrics.calibration_error = of_clips.error();
  metrics.track_calibration_error = of_tracks.error();
  metrics.reliability = of_clips.means();
  for (std::size_t label = 0; label < n_labels; ++label) {
    metrics.genres.push_back(genre_metrics(metrics.confusion, label));
  }
  metrics.clip_averages = averages(metrics.confusion);
  metrics.track_averages = averages(metrics.track_confusion);
  metrics.certainty_curve = certainty_curve(std::move(outcomes));
  return metrics;
}

std::vector<Metrics> evaluate_data_sets(const dataset::Table& table,
                                        std::span<const std::size_t> rows,
                                        const Predictions& predictions) {
  if (table.data_sets.size() < 2) return {};
  const std::size_t n_labels = table.labels.size();
  std::vector<Metrics> all;
  for (std::size_t data_set = 0; data_set < table.data_sets.size(); ++data_set) {
    std::vector<std::size_t> chosen;
    Predictions here{
        .certainties = {}, .novelty = {}, .window_correlation = predictions.window_correlation};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (table.rows[rows[i]].data_set != data_set) continue;
      chosen.push_back(rows[i]);
      const auto clip = std::span(predictions.certainties).subspan(i * n_labels, n_labels);
      here.certainties.insert(here.certainties.end(), clip.begin(), clip.end());
    }
    all.push_back(evaluate(table, chosen, here));
  }
  return all;
}

}  // namespace genre::evaluate
