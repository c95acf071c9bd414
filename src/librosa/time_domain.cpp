#include <fmt/format.h>

#include <cmath>

#include "features/kernels.h"
#include "librosa/check.h"
#include "librosa/spectra.h"

namespace genre::librosa {
namespace {

constexpr float kZero = 1e-10F;  // smaller magnitudes count as zero, and zero as positive

// One value per frame.
template <class F>
Result<Matrix<float>> per_frame(std::span<const float> y, const FrameOptions& options,
                                PadMode pad_mode, const F& f) {
  if (options.frame_length == 0) {
    return fail(ErrorCode::kBadParameter, "frame_length is 0; it must be 1 or more");
  }
  if (options.hop_length == 0) {
    return fail(ErrorCode::kBadParameter, "hop_length is 0; it must be 1 or more");
  }
  return check_clip(y, options.frame_length, options.center).map([&] {
    const features::ClipFrames frames(y, {.frame_length = options.frame_length,
                                          .hop_length = options.hop_length,
                                          .pad = options.center ? options.frame_length / 2 : 0,
                                          .pad_mode = pad_mode});
    Matrix<float> result(1, frames.size());
    std::vector<float> scratch(options.frame_length);
    for (std::size_t t = 0; t < frames.size(); ++t) result.values[t] = f(frames.frame(t, scratch));
    return result;
  });
}

}  // namespace

Result<Matrix<float>> rms(std::span<const float> y, const FrameOptions& options, PadMode pad_mode) {
  return per_frame(y, options, pad_mode, [](std::span<const float> frame) {
    return std::sqrt(features::sum_of_squares(frame) / static_cast<float>(frame.size()));
  });
}

// Parseval's theorem: all bins but the first and that of half the sample rate stand for two.
Result<Matrix<float>> rms(const Matrix<float>& S, std::size_t frame_length) {
  return check_spectrogram(S)
      .and_then([&] {
        return require(1 + frame_length / 2 == S.n_rows,
                       fmt::format("frame_length is {}; S has {} rows, so it must be {} or {}",
                                   frame_length, S.n_rows, 2 * S.n_rows - 2, 2 * S.n_rows - 1));
      })
      .map([&] {
        std::vector<double> powers(S.n_columns);
        for (std::size_t bin = 0; bin < S.n_rows; ++bin) {
          const bool once = bin == 0 || (frame_length % 2 == 0 && bin + 1 == S.n_rows);
          for (std::size_t t = 0; t < S.n_columns; ++t) {
            const double m = S.row(bin)[t];
            powers[t] += (once ? 1 : 2) * m * m;
          }
        }
        Matrix<float> result(1, S.n_columns);
        const auto length = static_cast<double>(frame_length);
        for (std::size_t t = 0; t < S.n_columns; ++t) {
          result.values[t] = static_cast<float>(std::sqrt(powers[t]) / length);
        }
        return result;
      });
}

Result<Matrix<float>> zero_crossing_rate(std::span<const float> y, const FrameOptions& options) {
  return per_frame(y, options, PadMode::kEdge, [](std::span<const float> frame) {
    return static_cast<float>(static_cast<double>(features::count_crossings(frame, -kZero)) /
                              static_cast<double>(frame.size()));
  });
}

}  // namespace genre::librosa
