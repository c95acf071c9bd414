#include "dataset/fingerprint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace genre::dataset {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int kLevels = 64;
constexpr std::size_t kMostFeatures = 64, kFewestFeatures = 16;
// Of the typical deviation over tracks. MP3 at 192 kbit/s and Opus at 96 kbit/s keep more than half
// of the features of 20 clips within a step; of 1677 different tracks, the most alike share 39 %.
constexpr double kStep = 0.04;

// The level of each character; -1 for others.
constexpr std::array<int, 256> levels() {
  std::array<int, 256> level{};
  level.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    level[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int>(i);
  }
  return level;
}
constexpr auto kLevelOf = levels();

bool is_near(char a, char b) {
  const int first = kLevelOf[static_cast<unsigned char>(a)];
  const int second = kLevelOf[static_cast<unsigned char>(b)];
  if (first < 0 || second < 0) return false;
  const int distance = std::abs(first - second);
  return std::min(distance, kLevels - distance) <= 1;
}

struct TrackMean {
  std::size_t label = 0;
  std::vector<double> values;  // [n_features], over the rows that are not augmented
  double n = 0;                // such rows
};

std::map<std::string, TrackMean> track_means(const Table& table,
                                             std::span<const std::size_t> rows) {
  std::map<std::string, TrackMean> means;
  for (const std::size_t i : rows) {
    const Row& row = table.rows[i];
    if (row.augmented) continue;
    TrackMean& mean = means[row.track];
    mean.label = row.label;
    mean.values.resize(row.features.size());
    for (std::size_t f = 0; f < row.features.size(); ++f) mean.values[f] += row.features[f];
    mean.n += 1;
  }
  for (auto& [track, mean] : means) {
    for (double& value : mean.values) value /= mean.n;
  }
  return means;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// How far a feature of a track typically is from the median of its genre, as a standard deviation
// of a normal distribution. Neither genres that are far apart nor a few extreme tracks raise it,
// which would make all others alike.
double deviation_within_genres(const std::map<std::string, TrackMean>& means, std::size_t feature) {
  constexpr double kNormal = 1.4826;
  std::map<std::size_t, std::vector<double>> genres;
  for (const auto& [track, mean] : means) genres[mean.label].push_back(mean.values[feature]);
  std::vector<double> distances;
  for (const auto& [label, values] : genres) {
    const double middle = median(values);
    for (const double value : values) distances.push_back(std::abs(value - middle));
  }
  return distances.empty() ? 0 : kNormal * median(std::move(distances));
}

}  // namespace

FingerprintScale fingerprint_scale(const Table& table, std::span<const std::size_t> rows) {
  const auto means = track_means(table, rows);
  const std::size_t n_features = table.n_features();
  FingerprintScale scale;
  const std::size_t n_chosen = std::min(n_features, kMostFeatures);
  for (std::size_t i = 0; i < n_chosen; ++i) {
    const std::size_t feature = i * n_features / n_chosen;  // spread over all kinds of features
    const double deviation = deviation_within_genres(means, feature);
    // A constant feature tells nothing, and rounding leaves it a small deviation.
    if (deviation <= 1e-6) continue;
    scale.features.push_back(feature);
    scale.step.push_back(static_cast<float>(kStep * deviation));
  }
  if (scale.features.size() < kFewestFeatures) return {};
  return scale;
}

std::map<std::string, std::string> fingerprints(const Table& table,
                                                std::span<const std::size_t> rows,
                                                const FingerprintScale& scale) {
  std::map<std::string, std::string> all;
  if (scale.features.empty()) return all;
  for (const auto& [track, mean] : track_means(table, rows)) {
    std::string& print = all[track];
    for (std::size_t i = 0; i < scale.features.size(); ++i) {
      // The levels wrap around: clipped, all extreme tracks would be alike.
      const double level = std::floor(mean.values[scale.features[i]] / scale.step[i]);
      const double wrapped = level - kLevels * std::floor(level / kLevels);
      print += kAlphabet[static_cast<std::size_t>(std::clamp(wrapped, 0.0, kLevels - 1.0))];
    }
  }
  return all;
}

bool same_audio(std::string_view a, std::string_view b) {
  if (a.size() != b.size() || a.size() < kFewestFeatures) return false;
  // The fewer features there are, the easier they are near each other by chance.
  const double share = a.size() < kMostFeatures / 2 ? 0.9 : 0.45;
  const auto most_far = static_cast<std::size_t>((1 - share) * static_cast<double>(a.size()));
  std::size_t far = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    far += !is_near(a[i], b[i]);
    if (far > most_far) return false;
  }
  return true;
}

}  // namespace genre::dataset
