// What happens to recordings on their way, done to their log-mel spectrograms, so that a model
// meets it in training.
#pragma once

#include <cstdint>
#include <random>

#include "features/texture.h"

namespace genre::dataset {

// A source of changed copies. The same seed gives the same copies on any machine.
class Augmentation {
 public:
  explicit Augmentation(std::uint64_t seed) : random_(seed) {}

  // One copy of a log-mel spectrogram, in dB to any reference: transposed by up to six mel bands,
  // tilted and equalised; and, each in some copies only, with a room's reverberation, without what
  // is above 3.3 to 11 kHz, without its faint parts as coded music is, with noise.
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

}  // namespace genre::dataset
