// librosa's features, one value per frame. Names, parameters, defaults and values are those of
// librosa 1.0 (and of 0.10.2, whose values are the same). Matrices are [n, n_frames], row-major.
//
// y: [n_samples] mono, finite. S: a spectrogram in place of y, [1 + n_fft / 2, n_frames], finite;
// of magnitudes, unless a comment says otherwise. Of the StftOptions, only n_fft then matters; if
// it does not fit the rows of S, it is 2 (n_rows - 1). Parameters that librosa refuses are errors
// with the code kBadParameter. All functions are thread-safe.
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "genre/features.h"
#include "genre/frontend.h"
#include "genre/matrix.h"
#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre::librosa {

struct StftOptions {
  std::size_t n_fft = 2048;      // samples, 2 to 65536
  std::size_t hop_length = 512;  // samples, 1 or more
  std::size_t win_length = 0;    // samples, at most n_fft; 0: n_fft
  Window window = Window::kHann;
  bool center = true;                     // pad the clip by n_fft / 2 samples on each side
  PadMode pad_mode = PadMode::kConstant;  // only used if center
  // [win_length], in place of window; empty: none.
  std::vector<double> window_values = {};
};

// [1 + n_fft / 2, n_frames].
[[nodiscard]] Result<Matrix<std::complex<float>>> stft(std::span<const float> y,
                                                       const StftOptions& options = {});

// abs(stft(y)), of the same shape.
[[nodiscard]] Result<Matrix<float>> magnitude(std::span<const float> y,
                                              const StftOptions& options = {});

struct DbOptions {
  std::optional<double> ref = 1;      // the value of 0 dB; none: the maximum (librosa's np.max)
  double amin = 1e-10;                // the minimum power, above 0
  std::optional<double> top_db = 80;  // the range below the maximum, 0 or more; none: no limit
};

// In dB, of the same shape. S: powers, 0 or more.
[[nodiscard]] Result<Matrix<float>> power_to_db(Matrix<float> S, const DbOptions& options = {});

// The same for magnitudes: ref and amin are magnitudes too.
[[nodiscard]] Result<Matrix<float>> amplitude_to_db(Matrix<float> S,
                                                    const DbOptions& options = {
                                                        .ref = 1, .amin = 1e-5, .top_db = 80});

struct MelOptions {
  int sr = 22050;  // Hz
  StftOptions stft;
  double power = 2;          // the exponent of the magnitudes, above 0
  std::size_t n_mels = 128;  // 1 to 1024
  double fmin = 0;           // Hz
  double fmax = 0;           // Hz, at most sr / 2; 0: sr / 2
  bool htk = false;
  MelNorm norm = MelNorm::kSlaney;
};

// [n_mels, n_frames].
[[nodiscard]] Result<Matrix<float>> melspectrogram(std::span<const float> y,
                                                   const MelOptions& options = {});
// S: powers.
[[nodiscard]] Result<Matrix<float>> melspectrogram(const Matrix<float>& S,
                                                   const MelOptions& options = {});

struct MfccOptions {
  MelOptions mel;
  std::size_t n_mfcc = 20;  // 1 or more; at most n_mels are returned
  int dct_type = 2;         // 1, 2 or 3
  bool ortho = true;        // librosa's norm: "ortho" or None
  double lifter = 0;        // 0: no liftering
};

// [n_mfcc, n_frames].
[[nodiscard]] Result<Matrix<float>> mfcc(std::span<const float> y, const MfccOptions& options = {});
// S: melspectrogram in dB, [n_mels, n_frames].
[[nodiscard]] Result<Matrix<float>> mfcc(const Matrix<float>& S, const MfccOptions& options = {});

struct SpectralOptions {
  int sr = 22050;  // Hz
  StftOptions stft;
};

// [1, n_frames], in Hz.
[[nodiscard]] Result<Matrix<float>> spectral_centroid(std::span<const float> y,
                                                      const SpectralOptions& options = {});
[[nodiscard]] Result<Matrix<float>> spectral_centroid(const Matrix<float>& S,
                                                      const SpectralOptions& options = {});

// [1, n_frames], in Hz. p: the exponent of the deviations, above 0. norm: divide the magnitudes of
// each frame by their sum.
[[nodiscard]] Result<Matrix<float>> spectral_bandwidth(std::span<const float> y,
                                                       const SpectralOptions& options = {},
                                                       double p = 2, bool norm = true);
[[nodiscard]] Result<Matrix<float>> spectral_bandwidth(const Matrix<float>& S,
                                                       const SpectralOptions& options = {},
                                                       double p = 2, bool norm = true);

// [1, n_frames], in Hz. roll_percent: between 0 and 1.
[[nodiscard]] Result<Matrix<float>> spectral_rolloff(std::span<const float> y,
                                                     const SpectralOptions& options = {},
                                                     double roll_percent = 0.85);
[[nodiscard]] Result<Matrix<float>> spectral_rolloff(const Matrix<float>& S,
                                                     const SpectralOptions& options = {},
                                                     double roll_percent = 0.85);

struct ContrastOptions {
  double fmin = 200;        // Hz, the end of the first band, above 0
  std::size_t n_bands = 6;  // octaves, 1 or more
  double quantile = 0.02;   // of a band's bins that count as its peak and its valley, 0 to 1
  bool linear = false;      // the difference of magnitudes instead of dB
};

// [n_bands + 1, n_frames].
[[nodiscard]] Result<Matrix<float>> spectral_contrast(std::span<const float> y,
                                                      const SpectralOptions& options = {},
                                                      const ContrastOptions& contrast = {});
[[nodiscard]] Result<Matrix<float>> spectral_contrast(const Matrix<float>& S,
                                                      const SpectralOptions& options = {},
                                                      const ContrastOptions& contrast = {});

// [1, n_frames], 0 to 1. amin: above 0; power: the exponent of the magnitudes.
[[nodiscard]] Result<Matrix<float>> spectral_flatness(std::span<const float> y,
                                                      const StftOptions& options = {},
                                                      double amin = 1e-10, double power = 2);
[[nodiscard]] Result<Matrix<float>> spectral_flatness(const Matrix<float>& S, double amin = 1e-10,
                                                      double power = 2);

// [2, n_frames]: slope and intercept of the line fitted to the magnitudes over frequency (order=1).
[[nodiscard]] Result<Matrix<float>> poly_features(std::span<const float> y,
                                                  const SpectralOptions& options = {});
[[nodiscard]] Result<Matrix<float>> poly_features(const Matrix<float>& S,
                                                  const SpectralOptions& options = {});

enum class ChromaNorm { kNone, kL1, kL2, kMax };  // None, 1, 2, np.inf

struct ChromaOptions {
  int sr = 22050;  // Hz
  StftOptions stft;
  ChromaNorm norm = ChromaNorm::kMax;  // of each frame
  std::optional<double> tuning;        // in bins of n_chroma; none: estimated from y
  std::size_t n_chroma = 12;           // 1 to 120
};

// [n_chroma, n_frames].
[[nodiscard]] Result<Matrix<float>> chroma_stft(std::span<const float> y,
                                                const ChromaOptions& options = {});
// S: powers.
[[nodiscard]] Result<Matrix<float>> chroma_stft(const Matrix<float>& S,
                                                const ChromaOptions& options = {});

// [6, n_frames]. chroma: [n_chroma, n_frames].
[[nodiscard]] Matrix<float> tonnetz(const Matrix<float>& chroma);

struct FrameOptions {
  std::size_t frame_length = 2048;  // samples, 1 or more
  std::size_t hop_length = 512;     // samples, 1 or more
  bool center = true;
};

// [1, n_frames].
[[nodiscard]] Result<Matrix<float>> rms(std::span<const float> y, const FrameOptions& options = {},
                                        PadMode pad_mode = PadMode::kConstant);
// S: magnitudes of frames with a window of ones (librosa.magphase(librosa.stft(y, window="ones"))),
// [1 + frame_length / 2, n_frames].
[[nodiscard]] Result<Matrix<float>> rms(const Matrix<float>& S, std::size_t frame_length = 2048);

// [1, n_frames], 0 to 1. center pads with the edge values.
[[nodiscard]] Result<Matrix<float>> zero_crossing_rate(std::span<const float> y,
                                                       const FrameOptions& options = {});

enum class DeltaMode { kInterp, kNearest };  // at the edges of data

// Of the same shape. width: frames, odd, 3 or more (and with kInterp at most n_frames); order: 1 or
// more, below width.
[[nodiscard]] Result<Matrix<float>> delta(const Matrix<float>& data, std::size_t width = 9,
                                          std::size_t order = 1,
                                          DeltaMode mode = DeltaMode::kInterp);

struct OnsetOptions {
  MelOptions mel;
  std::size_t lag = 1;       // frames, 1 or more
  std::size_t max_size = 1;  // mel bands, 1 or more: of the filter of the reference
  bool detrend = false;
  bool center = true;  // shift by n_fft / (2 hop_length) frames
};

// [1, n_frames].
[[nodiscard]] Result<Matrix<float>> onset_strength(std::span<const float> y,
                                                   const OnsetOptions& options = {});
// S: melspectrogram in dB, [n_mels, n_frames]. n_fft and hop_length are those of S.
[[nodiscard]] Result<Matrix<float>> onset_strength(const Matrix<float>& S,
                                                   const OnsetOptions& options = {});

struct TempoOptions {
  int sr = 22050;  // Hz
  std::size_t hop_length = 512;
  double start_bpm = 120;                 // above 0
  double std_bpm = 1;                     // octaves, above 0
  double ac_size = 8;                     // s, the length of an autocorrelation window
  std::optional<double> max_tempo = 320;  // beats per minute; none: no limit
};

// The tempo of a clip in beats per minute. onset_envelope: onset_strength of the clip with the same
// hop_length.
[[nodiscard]] Result<double> tempo(std::span<const float> onset_envelope,
                                   const TempoOptions& options = {});

}  // namespace genre::librosa
#pragma GCC visibility pop
