#include <fmt/format.h>

#include <cmath>

#include "features/frontend_parameters.h"

namespace genre {
namespace {

constexpr int kMinSr = 1000, kMaxSr = 384000;
constexpr std::size_t kMaxNFft = 65536, kMaxNMels = 1024, kMaxPatchFrames = 65536;
constexpr std::size_t kMaxHopLength = std::size_t{kMaxSr} * 10;  // ten seconds at any rate

template <typename T>
Result<void> in_range(const char* name, T value, T min, T max) {
  if (value >= min && value <= max) return {};  // false for NaN
  return fail(ErrorCode::kBadParameter,
              fmt::format("{} is {}; it must be {} to {}", name, value, min, max));
}

Result<void> positive(const char* name, double value) {
  if (value > 0 && std::isfinite(value)) return {};
  return fail(ErrorCode::kBadParameter,
              fmt::format("{} is {}; it must be a finite number above 0", name, value));
}

Result<void> validate_stft(const FrontendParameters& p) {
  if (auto ok = in_range("sr", p.sr, kMinSr, kMaxSr); !ok) return ok;
  if (auto ok = in_range("pre_emphasis", p.pre_emphasis, 0.0, 1.0); !ok) return ok;
  if (auto ok = in_range<std::size_t>("n_fft", p.n_fft, 2, kMaxNFft); !ok) return ok;
  if (p.win_length > p.n_fft) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("win_length is {}; it must be at most n_fft, which is {}", p.win_length,
                            p.n_fft));
  }
  if (auto ok = in_range<std::size_t>("hop_length", p.hop_length, 1, kMaxHopLength); !ok) return ok;
  return positive("power", p.power);
}

Result<void> validate_mel(const FrontendParameters& p) {
  if (auto ok = in_range<std::size_t>("n_mels", p.n_mels, 1, kMaxNMels); !ok) return ok;
  const double nyquist = p.sr / 2.0, fmax = features::fmax_of(p);
  if (!(fmax > 0 && fmax <= nyquist)) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("fmax is {} Hz; it must be above 0 and at most sr / 2, which is {} Hz",
                            fmax, nyquist));
  }
  if (p.fmin >= 0 && p.fmin < fmax) return {};
  return fail(ErrorCode::kBadParameter,
              fmt::format("fmin is {} Hz; it must be 0 or more and below fmax, which is {} Hz",
                          p.fmin, fmax));
}

Result<void> validate_compression(const FrontendParameters& p) {
  switch (p.compression) {
    case Compression::kNone:
      return {};
    case Compression::kPowerToDb:
      if (p.ref) {
        if (auto ok = positive("ref", *p.ref); !ok) return ok;
      }
      if (p.top_db && !(*p.top_db >= 0)) {
        return fail(ErrorCode::kBadParameter,
                    fmt::format("top_db is {}; it must be 0 or more", *p.top_db));
      }
      return positive("amin", p.amin);
    case Compression::kLog:
      return positive("offset", p.offset);
    case Compression::kLog10:
      return positive("gain", p.gain);
  }
  return {};
}

Result<void> validate_output(const FrontendParameters& p) {
  if (!std::isfinite(p.mean)) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("mean is {}; it must be a finite number", p.mean));
  }
  if (p.std == 0 || !std::isfinite(p.std)) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("std is {}; it must be a finite number other than 0", p.std));
  }
  if (auto ok = in_range<std::size_t>("patch_frames", p.patch_frames, 1, kMaxPatchFrames); !ok) {
    return ok;
  }
  return in_range<std::size_t>("patch_hop_frames", p.patch_hop_frames, 1, kMaxPatchFrames);
}

}  // namespace

Result<void> validate(const FrontendParameters& parameters) {
  for (const auto check : {validate_stft, validate_mel, validate_compression, validate_output}) {
    if (auto ok = check(parameters); !ok) return ok;
  }
  return {};
}

}  // namespace genre
