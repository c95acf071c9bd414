#include "librosa/check.h"

#include <fmt/format.h>

#include "features/kernels.h"

namespace genre::librosa {

Result<void> require(bool ok, const std::string& message) {
  if (ok) return {};
  return fail(ErrorCode::kBadParameter, message);
}

Result<void> check_clip(std::span<const float> y, std::size_t frame_length, bool center) {
  if (y.empty()) return fail(ErrorCode::kBadParameter, "y is empty; it must have samples");
  if (!center && y.size() < frame_length) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("y has {} samples; without center it must have at least as many as a "
                            "frame, {}",
                            y.size(), frame_length));
  }
  return require(features::all_finite(y), "y has a sample that is NaN or infinite");
}

Result<void> check_sr(int sr) {
  return require(sr > 0, fmt::format("sr is {}; it must be above 0", sr));
}

Result<void> check_stft(std::span<const float> y, const StftOptions& options) {
  FrontendParameters parameters;
  parameters.n_fft = options.n_fft;
  parameters.hop_length = options.hop_length;
  parameters.win_length = options.win_length;
  return validate(parameters).and_then([&] {
    return check_clip(y, options.n_fft, options.center);
  });
}

Result<void> check_db(const DbOptions& options) {
  if (!(options.amin > 0)) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("amin is {}; it must be above 0", options.amin));
  }
  return require(!options.top_db || *options.top_db >= 0,
                 fmt::format("top_db is {}; it must be 0 or more", options.top_db.value_or(0)));
}

}  // namespace genre::librosa
