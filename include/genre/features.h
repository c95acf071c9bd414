// Audio features as computed by librosa 0.10.2 with its defaults: sr 22050 Hz, n_fft 2048,
// hop_length 512, periodic Hann window, center=True.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

// How a clip is padded by n_fft / 2 samples on each side before framing.
enum class PadMode {
  kConstant,  // zeros: librosa >= 0.9
  kReflect,   // mirrored, edge sample not repeated: librosa < 0.9, the published GTZAN tables
  kEdge,      // the edge sample repeated
  kSymmetric  // mirrored, edge sample repeated
};
[[nodiscard]] std::string_view to_string(PadMode pad_mode);  // numpy.pad's name of it
[[nodiscard]] std::optional<PadMode> parse_pad_mode(std::string_view name);

inline constexpr int kSampleRate = 22050;  // Hz

// Feature set "gtzan26": the means of these features over the frames of a clip, in this order.
inline constexpr std::size_t kGtzan26Size = 26;
inline constexpr std::array<std::string_view, kGtzan26Size> kGtzan26Names = {
    "chroma_stft",
    "rms",
    "spectral_centroid",
    "spectral_bandwidth",
    "spectral_rolloff",
    "zero_crossing_rate",
    "mfcc1",
    "mfcc2",
    "mfcc3",
    "mfcc4",
    "mfcc5",
    "mfcc6",
    "mfcc7",
    "mfcc8",
    "mfcc9",
    "mfcc10",
    "mfcc11",
    "mfcc12",
    "mfcc13",
    "mfcc14",
    "mfcc15",
    "mfcc16",
    "mfcc17",
    "mfcc18",
    "mfcc19",
    "mfcc20",
};

// kTexture ("texture"): the shape of the mel spectrum of three seconds and its changes over time,
// independent of the level. docs/texture.md defines it.
enum class FeatureSet { kGtzan26, kTexture };
[[nodiscard]] std::string_view to_string(FeatureSet feature_set);
[[nodiscard]] std::optional<FeatureSet> parse_feature_set(std::string_view name);

// The names of the features of a set, in order. Thread-safe.
[[nodiscard]] std::span<const std::string> feature_names(FeatureSet feature_set);

// Computes one feature set. Use an extractor from one thread only; extractors share only immutable
// tables. It keeps its scratch memory between clips and then allocates nothing more: gtzan26 needs
// 0.9 MB for clips of three seconds and 2.4 MB for ten seconds or more, texture 0.5 MB.
class FeatureExtractor {
 public:
  explicit FeatureExtractor(FeatureSet feature_set, PadMode pad_mode = PadMode::kConstant);
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;
  ~FeatureExtractor();

  // The minimum length of a clip in samples. Reflection needs more than n_fft / 2.
  static constexpr std::size_t kMinSamples = 1025;

  // y: [n_samples] mono at 22050 Hz, n_samples >= kMinSamples, finite, magnitude at most 1e9
  // (kMaxSample in audio.h). texture uses the first three seconds, and repeats a shorter clip.
  // features: [n_features]. Units of gtzan26: chroma and zero-crossing rate are fractions;
  // centroid, bandwidth and roll-off are in Hz; MFCCs are in dB. Throws std::invalid_argument if y
  // is too short or features has the wrong size.
  void extract(std::span<const float> y, std::span<float> features);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre
#pragma GCC visibility pop
