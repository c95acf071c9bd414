#include "dataset/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "features/mel.h"

namespace genre::dataset {
namespace {

constexpr double kSilenced = 90;  // dB, more than the range of a log-mel spectrogram

// Centres of the mel bands in octaves above 1 kHz.
const std::array<double, features::kNMels>& octaves() {
  static const std::array<double, features::kNMels> all = [] {
    std::array<double, features::kNMels> centres{};
    const double max_mel = features::hz_to_mel(kSampleRate / 2.0);
    for (std::size_t m = 0; m < features::kNMels; ++m) {
      centres[m] = std::log2(
          features::mel_to_hz(max_mel * static_cast<double>(m + 1) / (features::kNMels + 1)) /
          1000);
    }
    return centres;
  }();
  return all;
}

void add_db(std::array<float, features::kTextureFrames>& band, double db) {
  for (float& value : band) value += static_cast<float>(db);
}

double power(double db) { return std::pow(10.0, db / 10); }
float decibels(double p) { return static_cast<float>(10 * std::log10(p)); }

float loudest(const features::LogMel& log_mel) {
  float max = log_mel[0][0];
  for (const auto& band : log_mel) max = std::max(max, *std::ranges::max_element(band));
  return max;
}

}  // namespace

// The values of std::uniform_real_distribution and std::normal_distribution differ between standard
// libraries.
double Augmentation::uniform(double low, double high) {
  return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1p-53;
}

double Augmentation::normal(double deviation) {  // Box-Muller; 1 - uniform is never 0
  const double radius = std::sqrt(-2 * std::log(1 - uniform(0, 1)));
  return deviation * radius * std::cos(2 * std::numbers::pi * uniform(0, 1));
}

void Augmentation::transpose(const features::LogMel& original, features::LogMel& copy) {
  constexpr int kMaxShift = 6, kLast = static_cast<int>(features::kNMels) - 1;
  const int shift = static_cast<int>(std::floor(uniform(-kMaxShift, kMaxShift + 1)));
  for (int m = 0; m <= kLast; ++m) {
    copy[static_cast<std::size_t>(m)] =
        original[static_cast<std::size_t>(std::clamp(m - shift, 0, kLast))];
  }
}

void Augmentation::equalise(features::LogMel& copy) {
  constexpr double kMaxTilt = 3, kDeviation = 2.5;  // dB per octave, dB
  std::array<double, 8> points{};
  for (double& point : points) point = normal(kDeviation);
  const double tilt = uniform(-kMaxTilt, kMaxTilt);
  for (std::size_t m = 0; m < features::kNMels; ++m) {
    const double at = static_cast<double>(m * (points.size() - 1)) / (features::kNMels - 1);
    const std::size_t below = std::min(static_cast<std::size_t>(at), points.size() - 2);
    const double weight = at - static_cast<double>(below);
    const double eq = (1 - weight) * points[below] + weight * points[below + 1];
    add_db(copy[m], eq + tilt * std::clamp(octaves()[m], -3.0, 3.5));
  }
}

void Augmentation::reverberate(features::LogMel& copy) {
  const double seconds = uniform(0.2, 0.8);  // reverberation time RT60
  const double decay = power(-60.0 * features::kTextureHopLength / (seconds * kSampleRate));
  // The reverberation has 1/16 to all of the energy of the direct sound: (1 - decay) / decay
  // normalises the sum of the geometric series below.
  const double level = power(-uniform(0, 12)) * (1 - decay) / decay;
  for (auto& band : copy) {
    double tail = 0;
    for (float& value : band) {
      const double direct = power(value);
      value = decibels(direct + level * tail);
      tail = decay * (tail + direct);
    }
  }
}

void Augmentation::limit_band(features::LogMel& copy) {
  constexpr std::array<double, 3> kSlopes = {60, 200, 600};  // dB per octave
  const double limit = uniform(std::log2(3.3), std::log2(11.025));
  const double slope = kSlopes[static_cast<std::size_t>(uniform(0, kSlopes.size()))];
  for (std::size_t m = 0; m < features::kNMels; ++m) {
    add_db(copy[m], -std::clamp((octaves()[m] - limit) * slope, 0.0, kSilenced));
  }
}

void Augmentation::drop_faint(features::LogMel& copy) {
  const double octave = uniform(-1, 3);                    // only bands above it
  const auto depth = static_cast<float>(uniform(25, 60));  // dB below the loudest band of a frame
  for (std::size_t t = 0; t < features::kTextureFrames; ++t) {
    float max = copy[0][t];
    for (const auto& band : copy) max = std::max(max, band[t]);
    for (std::size_t m = 0; m < features::kNMels; ++m) {
      float& value = copy[m][t];
      if (octaves()[m] > octave && value < max - depth) value -= static_cast<float>(kSilenced);
    }
  }
}

void Augmentation::add_noise(features::LogMel& copy) {
  const double level = loudest(copy) - uniform(40, 85), tilt = uniform(-3, 1.5);
  for (std::size_t m = 0; m < features::kNMels; ++m) {
    const double noise = power(level + tilt * octaves()[m]);
    for (float& value : copy[m]) {
      // The power of Gaussian noise in a band is distributed exponentially.
      const double exponential = -std::log(1 - uniform(0, 1));
      value = decibels(power(value) + noise * exponential);
    }
  }
}

void Augmentation::apply(const features::LogMel& original, features::LogMel& copy) {
  transpose(original, copy);
  equalise(copy);
  if (happens(0.3)) reverberate(copy);
  if (happens(0.35)) drop_faint(copy);
  if (happens(0.6)) limit_band(copy);
  if (happens(0.5)) add_noise(copy);
}

std::vector<std::vector<float>> AugmentedTexture::extract(std::span<const float> y, std::size_t n) {
  std::vector<std::vector<float>> copies(n);
  if (n > 0) texture_.log_mel(y, log_mel_);
  for (auto& features : copies) {
    augmentation_.apply(log_mel_, copy_);
    features.resize(features::texture_names().size());
    texture_.statistics(copy_, features);
  }
  return copies;
}

}  // namespace genre::dataset
