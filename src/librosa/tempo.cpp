#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/autocorrelation.h"
#include "features/window.h"
#include "librosa/check.h"

namespace genre::librosa {
namespace {

// numpy.pad(x, pad, mode="linear_ramp"): from the edge values down to 0.
std::vector<double> padded_with_ramps(std::span<const float> x, std::size_t pad) {
  std::vector<double> result(x.size() + 2 * pad);
  for (std::size_t n = 0; n < pad; ++n) {
    const double gain = static_cast<double>(n) / static_cast<double>(pad);
    result[n] = gain * x.front();
    result[result.size() - 1 - n] = gain * x.back();
  }
  std::ranges::copy(x, result.begin() + static_cast<std::ptrdiff_t>(pad));
  return result;
}

// The mean over time of librosa.feature.tempogram: [win_length], the autocorrelation at each lag in
// frames, divided by the maximum of its window.
std::vector<double> mean_tempogram(std::span<const float> envelope, std::size_t win_length) {
  const auto window = features::get_window(Window::kHann, win_length, true);
  const auto padded = padded_with_ramps(envelope, win_length / 2);
  const std::size_t n_windows = std::min(envelope.size(), padded.size() - win_length + 1);
  features::MeanAutocorrelation mean(win_length);
  std::vector<double> x(win_length);
  for (std::size_t t = 0; t < n_windows; ++t) {
    for (std::size_t n = 0; n < win_length; ++n) x[n] = padded[t + n] * window[n];
    mean.add(x);
  }
  return mean.compute();
}

Result<void> check_tempo(std::span<const float> envelope, const TempoOptions& options) {
  if (envelope.empty()) return require(false, "onset_envelope is empty; it must have frames");
  if (options.hop_length == 0) return require(false, "hop_length is 0; it must be 1 or more");
  if (!(options.start_bpm > 0)) {
    return require(false, fmt::format("start_bpm is {}; it must be above 0", options.start_bpm));
  }
  if (!(options.std_bpm > 0)) {
    return require(false, fmt::format("std_bpm is {}; it must be above 0", options.std_bpm));
  }
  return check_sr(options.sr);
}

}  // namespace

Result<double> tempo(std::span<const float> onset_envelope, const TempoOptions& options) {
  if (const auto ok = check_tempo(onset_envelope, options); !ok) {
    return tl::make_unexpected(ok.error());
  }
  const double frames_per_second = options.sr / static_cast<double>(options.hop_length);
  const double win_length = std::floor(options.ac_size * frames_per_second);
  constexpr double kMaxWinLength = 1e6;
  if (!(win_length >= 1 && win_length <= kMaxWinLength)) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("ac_size is {} s, which is {} frames; it must be 1 to {} frames",
                            options.ac_size, win_length, kMaxWinLength));
  }
  const auto tempogram = mean_tempogram(onset_envelope, static_cast<std::size_t>(win_length));
  // The lag 0 stands for an infinite tempo, which the prior excludes.
  const auto bpm = [&](std::size_t lag) {
    return lag == 0 ? std::numeric_limits<double>::infinity()
                    : 60 * frames_per_second / static_cast<double>(lag);
  };
  std::size_t best = 0;
  double best_score = -std::numeric_limits<double>::infinity();
  for (std::size_t lag = 1; lag < tempogram.size(); ++lag) {
    if (options.max_tempo && bpm(lag) >= *options.max_tempo) continue;
    const double octaves = std::log2(bpm(lag) / options.start_bpm) / options.std_bpm;
    const double score = std::log1p(1e6 * tempogram[lag]) - 0.5 * octaves * octaves;
    if (score > best_score) {
      best = lag;
      best_score = score;
    }
  }
  return bpm(best);
}

}  // namespace genre::librosa
