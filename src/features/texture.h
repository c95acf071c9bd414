// Feature set "texture": statistics of three seconds' log-mel spectrogram, after what is known of
// hearing: the marginals and correlations of McDermott and Simoncelli's sound textures (Neuron 71,
// 2011), and a bank of spectro-temporal modulation filters (Chi, Ru and Shamma, JASA 118, 2005).
// Nothing in it depends on the level. docs/texture.md defines each feature in numpy's words.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "features/constants.h"

namespace genre::features {

inline constexpr std::size_t kTextureHopLength = 1708;  // 77.5 ms
inline constexpr std::size_t kTextureFrames = 38;       // of 2048 samples, within three seconds

// A window's mel spectra, [n_mels, n_frames], row-major, in dB below the loudest of them.
// librosa.power_to_db(S, ref=np.max, amin=tiny, top_db=80) of S = librosa.feature.melspectrogram
// (hop_length=1708, center=False).
using LogMel = std::array<std::array<float, kTextureFrames>, kNMels>;

// Owns scratch memory, so one belongs to one thread.
class TextureExtractor {
 public:
  TextureExtractor();
  TextureExtractor(TextureExtractor&&) noexcept;
  TextureExtractor& operator=(TextureExtractor&&) noexcept;
  ~TextureExtractor();

  // As FeatureExtractor::extract: both of the following.
  void extract(std::span<const float> y, std::span<float> features);

  // Of the first three seconds of y; a shorter clip's frames are repeated.
  void log_mel(std::span<const float> y, LogMel& log_mel);

  // log_mel: dB to any reference, raised to 80 dB below its loudest. features: [n_features].
  void statistics(const LogMel& log_mel, std::span<float> features);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::span<const std::string> texture_names();

}  // namespace genre::features
