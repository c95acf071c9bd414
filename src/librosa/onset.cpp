#include <algorithm>

#include "features/compression.h"
#include "librosa/check.h"
#include "librosa/mel.h"

namespace genre::librosa {
namespace {

// scipy.ndimage.maximum_filter1d along the bands. Its mirrored edges add no new values.
Matrix<float> maximum_filter(const Matrix<float>& S, std::size_t size) {
  Matrix<float> result(S.n_rows, S.n_columns);
  for (std::size_t m = 0; m < S.n_rows; ++m) {
    const std::size_t first = m - std::min(m, size / 2);
    const std::size_t end = std::min(m + size - size / 2, S.n_rows);
    const auto row = result.row(m);
    std::ranges::copy(S.row(first), row.begin());
    for (std::size_t i = first + 1; i < end; ++i) {
      std::ranges::transform(row, S.row(i), row.begin(),
                             [](float a, float b) { return std::max(a, b); });
    }
  }
  return result;
}

// The mean over the bands of what increases over `lag` frames: [n_frames - lag].
std::vector<double> mean_increase(const Matrix<float>& S, const Matrix<float>& ref,
                                  std::size_t lag) {
  std::vector<double> increase(S.n_columns - std::min(lag, S.n_columns));
  for (std::size_t m = 0; m < S.n_rows; ++m) {
    for (std::size_t t = 0; t < increase.size(); ++t) {
      increase[t] += std::max(0.0F, S.row(m)[t + lag] - ref.row(m)[t]);
    }
  }
  for (double& value : increase) value /= static_cast<double>(S.n_rows);
  return increase;
}

// scipy.signal.lfilter([1, -1], [1, -0.99], x), which removes the mean.
void remove_trend(std::vector<double>& x) {
  double x_before = 0, y_before = 0;
  for (double& value : x) {
    const double y = value - x_before + 0.99 * y_before;
    x_before = value;
    y_before = y;
    value = y;
  }
}

Result<void> check_onset(const OnsetOptions& options) {
  if (options.lag == 0) return require(false, "lag is 0; it must be 1 or more");
  if (options.max_size == 0) return require(false, "max_size is 0; it must be 1 or more");
  return require(options.mel.stft.hop_length > 0, "hop_length is 0; it must be 1 or more");
}

// S: in dB, [n_mels, n_frames].
Matrix<float> strength(const Matrix<float>& S, const OnsetOptions& options) {
  const auto increase = options.max_size == 1
                            ? mean_increase(S, S, options.lag)
                            : mean_increase(S, maximum_filter(S, options.max_size), options.lag);
  const StftOptions& stft = options.mel.stft;
  std::vector<double> envelope(options.lag +
                               (options.center ? stft.n_fft / (2 * stft.hop_length) : 0));
  envelope.insert(envelope.end(), increase.begin(), increase.end());
  if (options.detrend) remove_trend(envelope);
  if (options.center) envelope.resize(std::min(envelope.size(), S.n_columns));
  Matrix<float> result(1, envelope.size());
  std::ranges::transform(envelope, result.values.begin(),
                         [](double value) { return static_cast<float>(value); });
  return result;
}

}  // namespace

Result<Matrix<float>> onset_strength(std::span<const float> y, const OnsetOptions& options) {
  // In double precision: of a steady sound, the differences between frames are all rounding error.
  return check_onset(options)
      .and_then([&] { return mel_with(y, options.mel, features::Precision::kDouble); })
      .map([&](Matrix<float> S) {
        features::power_to_db(S.values, 1.0, 1e-10, 80.0);
        return strength(S, options);
      });
}

Result<Matrix<float>> onset_strength(const Matrix<float>& S, const OnsetOptions& options) {
  return check_onset(options).and_then([&] { return check_mel(S); }).map([&] {
    return strength(S, options);
  });
}

}  // namespace genre::librosa
