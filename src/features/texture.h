// Feature set "texture": statistics of the log-mel spectrogram of three seconds, based on models of
// hearing: the marginals and correlations of sound textures (McDermott and Simoncelli, Neuron 71,
// 2011), and a bank of spectro-temporal modulation filters (Chi, Ru and Shamma, JASA 118, 2005).
// The features do not depend on the level. docs/texture.md defines each one in terms of numpy.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "features/constants.h"

namespace genre::features {

inline constexpr std::size_t kTextureHopLength = 1708;  // 77.5 ms
inline constexpr std::size_t kTextureFrames = 38;       // of 2048 samples, in three seconds

// The log-mel spectrogram of a window, [n_mels, n_frames], row-major, in dB relative to its
// maximum: librosa.power_to_db(S, ref=np.max, amin=tiny, top_db=80) with S =
// librosa.feature.melspectrogram (hop_length=1708, center=False).
using LogMel = std::array<std::array<float, kTextureFrames>, kNMels>;

// Holds scratch memory, so use it from one thread only.
class TextureExtractor {
 public:
  TextureExtractor();
  TextureExtractor(TextureExtractor&&) noexcept;
  TextureExtractor& operator=(TextureExtractor&&) noexcept;
  ~TextureExtractor();

  // See FeatureExtractor::extract. Calls log_mel and statistics.
  void extract(std::span<const float> y, std::span<float> features);

  // Uses the first three seconds of y; the frames of a shorter clip are repeated.
  void log_mel(std::span<const float> y, LogMel& log_mel);

  // log_mel: dB with any reference, with a floor 80 dB below its maximum. features: [n_features].
  void statistics(const LogMel& log_mel, std::span<float> features);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::span<const std::string> texture_names();

}  // namespace genre::features
