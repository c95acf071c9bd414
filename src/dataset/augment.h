// Augmentation of log-mel spectrograms, so that a model learns to tolerate typical changes of
// recordings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "features/texture.h"

namespace genre::dataset {

// Makes augmented copies. The same seed gives the same copies on any machine. Not thread-safe.
class Augmentation {
 public:
  explicit Augmentation(std::uint64_t seed) : random_(seed) {}

  // Makes one copy of a log-mel spectrogram (dB, any reference level). Every copy is transposed by
  // up to six mel bands, tilted and equalised. Each of the following applies to some copies only:
  // room reverberation, a low-pass filter at 3.3 to 11 kHz, loss of faint parts as in lossy coding,
  // noise.
  void apply(const features::LogMel& original, features::LogMel& copy);

 private:
  [[nodiscard]] double uniform(double low, double high);
  [[nodiscard]] double normal(double deviation);
  [[nodiscard]] bool happens(double probability) { return uniform(0, 1) < probability; }

  void transpose(const features::LogMel& original, features::LogMel& copy);
  void equalise(features::LogMel& copy);
  void reverberate(features::LogMel& copy);
  void limit_band(features::LogMel& copy);
  void drop_faint(features::LogMel& copy);
  void add_noise(features::LogMel& copy);

  std::mt19937_64 random_;
};

// The features of feature set texture of augmented copies of windows. Holds tables and
// scratch memory, so keep one for many files. Not thread-safe.
class AugmentedTexture {
 public:
  // Before the windows of each file.
  void seed(std::uint64_t seed) { augmentation_ = Augmentation(seed); }

  // Of n copies of a window, [n, n_features].
  [[nodiscard]] std::vector<std::vector<float>> extract(std::span<const float> y, std::size_t n);

 private:
  Augmentation augmentation_{0};
  features::TextureExtractor texture_;
  features::LogMel log_mel_{}, copy_{};
};

}  // namespace genre::dataset
