// Front ends: the log-mel spectrograms that networks take as their input, made from parameters. The
// names are librosa's, where librosa has one.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "genre/features.h"
#include "genre/matrix.h"
#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

// scipy.signal.get_window's names.
enum class Window { kHann, kHamming, kBlackman, kOnes };
[[nodiscard]] std::string_view to_string(Window window);
[[nodiscard]] std::optional<Window> parse_window(std::string_view name);

// Where the FFT's input has zeros if the window is shorter than the FFT.
enum class ZeroPadding {
  kBothSides,  // frames have n_fft samples, and the window is in their middle: librosa, torchaudio
  kRight,      // frames have win_length samples, and zeros follow: TensorFlow, Kaldi
};

// kSlaney: linear up to 1000 Hz, logarithmic above. kHtk: 2595 log10(1 + f / 700), which gives the
// same filters as Kaldi's 1127 ln(1 + f / 700).
enum class MelScale { kSlaney, kHtk };

// The axis on which the slopes of a mel filter are straight lines.
enum class MelSlopes {
  kHz,   // librosa
  kMel,  // Kaldi, TensorFlow
};

enum class MelNorm {
  kNone,    // the peak of a filter is 1
  kSlaney,  // filters have the same area: 2 / width in Hz
};

enum class Compression {
  kNone,
  kPowerToDb,  // librosa.power_to_db(S, ref, amin, top_db)
  kLog,        // ln(S + offset)
  kLog10,      // log10(1 + gain S)
};

// The defaults are those of librosa.feature.melspectrogram.
struct FrontendParameters {
  int sr = 22050;  // Hz, 1000 to 384000

  // The first stage, if not 0: y[t] = x[t + 1] - pre_emphasis x[t], which is one sample shorter. 0
  // to 1.
  double pre_emphasis = 0;

  // The spectrogram, as librosa.stft.
  std::size_t n_fft = 2048;      // samples, 2 to 65536
  std::size_t win_length = 0;    // samples, at most n_fft; 0: n_fft
  std::size_t hop_length = 512;  // samples, 1 or more
  Window window = Window::kHann;
  bool periodic = true;  // false: the symmetric window (scipy's fftbins=False)
  ZeroPadding zero_padding = ZeroPadding::kBothSides;
  bool center = true;                     // pad the clip on each side by half a frame
  PadMode pad_mode = PadMode::kConstant;  // only used if center
  double power = 2;  // the exponent of the magnitudes: 1 magnitude, 2 power; above 0

  // The mel filters, as librosa.filters.mel.
  std::size_t n_mels = 128;  // 1 to 1024
  double fmin = 0;           // Hz, 0 to below fmax
  double fmax = 0;           // Hz, at most sr / 2; 0: sr / 2
  MelScale mel_scale = MelScale::kSlaney;
  MelSlopes mel_slopes = MelSlopes::kHz;
  MelNorm norm = MelNorm::kSlaney;

  Compression compression = Compression::kNone;
  std::optional<double> ref = 1;      // kPowerToDb: the power of 0 dB, above 0; none: the maximum
  double amin = 1e-10;                // kPowerToDb: the minimum power, above 0
  std::optional<double> top_db = 80;  // kPowerToDb: the range below the maximum; none: no limit
  double offset = 1e-6;               // kLog: above 0
  double gain = 10000;                // kLog10: above 0

  // The last stage: (value - mean) / std. std is not 0.
  double mean = 0;
  double std = 1;

  // What a network sees at once.
  std::size_t patch_frames = 128;      // 1 to 65536
  std::size_t patch_hop_frames = 128;  // from the start of a patch to that of the next; 1 or more

  friend bool operator==(const FrontendParameters&, const FrontendParameters&) = default;
};

// kBadParameter: which parameter is out of its range, and the range.
[[nodiscard]] Result<void> validate(const FrontendParameters& parameters);

// A front end with a name, and where its definition comes from.
struct NamedFrontend {
  std::string_view name;
  std::string_view description;
  FrontendParameters parameters;
};

// The built-in ones: mn, musicnn, vggish, yamnet.
[[nodiscard]] std::span<const NamedFrontend> builtin_frontends();
[[nodiscard]] const NamedFrontend* find_frontend(std::string_view name);  // null: no such name

// Holds scratch memory, so use it from one thread only. Front ends with equal parameters share
// their tables.
class Frontend {
 public:
  // kBadParameter: as validate().
  static Result<Frontend> create(const FrontendParameters& parameters);
  Frontend(Frontend&&) noexcept;
  Frontend& operator=(Frontend&&) noexcept;
  ~Frontend();

  [[nodiscard]] const FrontendParameters& parameters() const;

  // The number of frames of a clip.
  [[nodiscard]] std::size_t n_frames(std::size_t n_samples) const;

  // y: [n_samples] mono at parameters().sr, finite, at least 2 samples. Returns [n_mels, n_frames].
  // Throws std::invalid_argument if y is shorter.
  [[nodiscard]] Matrix<float> log_mel(std::span<const float> y);

  // The number of complete patches of a clip, at least 1.
  [[nodiscard]] std::size_t n_patches(std::size_t n_samples) const;

  // Returns n_patches(n_samples) matrices [patch_frames, n_mels], one below the other: row
  // p * patch_frames + t is frame t of patch p. Zeros are appended to a clip that is shorter than a
  // patch. y: as above.
  [[nodiscard]] Matrix<float> patches(std::span<const float> y);

 private:
  struct Impl;
  explicit Frontend(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre
#pragma GCC visibility pop
