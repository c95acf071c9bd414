#include "features/spectral.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "features/moments.h"
#include "librosa/check.h"
#include "librosa/spectra.h"

namespace genre::librosa {
namespace {

using Sums = features::SpectralMoments::Sums;

// In double precision, because the centroid of a steady sound moves little.
struct Moments : features::SpectralMoments {
  explicit Moments(const SpectraBlock& block)
      : SpectralMoments(spectral_moments(block.magnitude)) {}
  // librosa.util.normalize does not scale a silent frame.
  [[nodiscard]] double norm(std::size_t t) const { return sum[t] < features::kTiny ? 1 : sum[t]; }
  [[nodiscard]] double centroid(std::size_t t) const { return first[t] / norm(t); }

  // The sum of the magnitudes times the square of the deviation from the centroid.
  [[nodiscard]] double squares(std::size_t t) const {
    const double c = centroid(t);
    return std::max(0.0, second[t] - c * (2 * first[t] - c * sum[t]));
  }
};

// f(block) has the value of each frame of a block, in bins.
template <class Input, class F>
Result<Matrix<float>> in_hz(const Input& input, const SpectralOptions& options, const F& f) {
  return check_sr(options.sr)
      .and_then([&] { return magnitudes_of(input, options.stft); })
      .map([&](const auto& spectra) {
        const double hz = static_cast<double>(options.sr) / static_cast<double>(spectra.n_fft());
        Matrix<float> result(1, spectra.n_frames());
        spectra.for_each_block([&](const SpectraBlock& block) {
          const Sums values = f(block);
          for (std::size_t t = 0; t < block.n; ++t) {
            result.values[block.first + t] = static_cast<float>(values[t] * hz);
          }
        });
        return result;
      });
}

// The sums of the magnitudes times abs(deviation from the centroid)^p.
Sums deviations(const SpectraBlock& block, const Moments& moments, double p) {
  Sums sums{};
  for (std::size_t bin = 0; bin < block.magnitude.size(); ++bin) {
    for (std::size_t t = 0; t < block.n; ++t) {
      const double deviation = std::abs(static_cast<double>(bin) - moments.centroid(t));
      sums[t] += std::pow(deviation, p) * static_cast<double>(block.magnitude[bin][t]);
    }
  }
  return sums;
}

template <class Input>
Result<Matrix<float>> centroid(const Input& input, const SpectralOptions& options) {
  return in_hz(input, options, [](const SpectraBlock& block) {
    const Moments moments(block);
    Sums values{};
    for (std::size_t t = 0; t < block.n; ++t) values[t] = moments.centroid(t);
    return values;
  });
}

template <class Input>
Result<Matrix<float>> bandwidth(const Input& input, const SpectralOptions& options, double p,
                                bool norm) {
  if (!(p > 0)) {
    return fail(ErrorCode::kBadParameter, fmt::format("p is {}; it must be above 0", p));
  }
  return in_hz(input, options, [&](const SpectraBlock& block) {
    const Moments moments(block);
    Sums values{};
    if (p == 2) {
      for (std::size_t t = 0; t < block.n; ++t) values[t] = moments.squares(t);
    } else {
      values = deviations(block, moments, p);
    }
    for (std::size_t t = 0; t < block.n; ++t) {
      if (norm) values[t] /= moments.norm(t);
      values[t] = p == 2 ? std::sqrt(values[t]) : std::pow(values[t], 1 / p);
    }
    return values;
  });
}

// The kernel adds the magnitudes in numpy's order: the rounding of the sums decides between bins.
template <class Input>
Result<Matrix<float>> rolloff(const Input& input, const SpectralOptions& options,
                              double roll_percent) {
  if (!(roll_percent > 0 && roll_percent < 1)) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("roll_percent is {}; it must be between 0 and 1", roll_percent));
  }
  return in_hz(input, options, [&](const SpectraBlock& block) {
    const auto bins =
        features::spectral_shapes(block.magnitude, static_cast<float>(roll_percent)).rolloff;
    Sums values{};
    std::ranges::copy(bins, values.begin());
    return values;
  });
}

}  // namespace

Result<Matrix<float>> spectral_centroid(std::span<const float> y, const SpectralOptions& options) {
  return centroid(y, options);
}
Result<Matrix<float>> spectral_centroid(const Matrix<float>& S, const SpectralOptions& options) {
  return centroid(S, options);
}

Result<Matrix<float>> spectral_bandwidth(std::span<const float> y, const SpectralOptions& options,
                                         double p, bool norm) {
  return bandwidth(y, options, p, norm);
}
Result<Matrix<float>> spectral_bandwidth(const Matrix<float>& S, const SpectralOptions& options,
                                         double p, bool norm) {
  return bandwidth(S, options, p, norm);
}

Result<Matrix<float>> spectral_rolloff(std::span<const float> y, const SpectralOptions& options,
                                       double roll_percent) {
  return rolloff(y, options, roll_percent);
}
Result<Matrix<float>> spectral_rolloff(const Matrix<float>& S, const SpectralOptions& options,
                                       double roll_percent) {
  return rolloff(S, options, roll_percent);
}

}  // namespace genre::librosa
