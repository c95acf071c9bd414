#include "features/chroma.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

#include "features/tuning.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/chroma.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;
using Vector = hn::Vec<Frames>;

constexpr std::size_t kPart = 64;  // bins per partial sum, to keep rounding errors small

// chroma: [n_chroma, kBlockFrames].
void apply_chroma(const ChromaFilters& filters, const SpectrumBlock& power, std::size_t lane,
                  Block<kNChroma>& chroma) {
  const Frames d;
  chroma = {};
  for (std::size_t first = 0; first < kNBins; first += kPart) {
    Vector part[kNChroma];
    for (Vector& p : part) p = hn::Zero(d);
    for (std::size_t bin = first; bin < std::min(first + kPart, kNBins); ++bin) {
      const auto p = hn::Load(d, power.rows[bin].data() + lane);
      for (std::size_t c = 0; c < kNChroma; ++c) {
        part[c] = hn::MulAdd(hn::Set(d, filters[bin][c]), p, part[c]);
      }
    }
    for (std::size_t c = 0; c < kNChroma; ++c) {
      float* sum = chroma.rows[c].data() + lane;
      hn::Store(hn::Add(hn::Load(d, sum), part[c]), d, sum);
    }
  }
}

// librosa.util.normalize with norm=inf, summed over the pitch classes.
void chroma_sums(const ChromaFilters& filters, const SpectrumBlock& power, FrameValues& sums) {
  const Frames d;
  Block<kNChroma> chroma;
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
    apply_chroma(filters, power, lane, chroma);
    auto max = hn::Zero(d), sum = hn::Zero(d);
    for (const FrameValues& row : chroma.rows) {
      const auto value = hn::Load(d, row.data() + lane);
      max = hn::Max(max, value);
      sum = hn::Add(sum, value);
    }
    const auto scale = hn::IfThenElse(hn::Lt(max, hn::Set(d, kTiny)), hn::Set(d, 1.0F), max);
    hn::StoreU(hn::Div(sum, scale), d, sums.data() + lane);
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(chroma_sums);

constexpr double kCtroct = 5.0;    // centre of the octaves' Gaussian weights, in octaves
constexpr double kOctwidth = 2.0;  // half-width of the weights, in octaves

// As [n_bins, n_chroma], for the default sizes.
ChromaFilters transposed(const Matrix<float>& filters) {
  ChromaFilters result{};
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    for (std::size_t c = 0; c < kNChroma; ++c) result[bin][c] = filters.row(c)[bin];
  }
  return result;
}

}  // namespace

Matrix<float> make_chroma_filters(const ChromaParameters& parameters) {
  const std::size_t n_chroma = parameters.n_chroma, n_bins = 1 + parameters.n_fft / 2;
  const auto n = static_cast<double>(n_chroma);
  const double a0 = 440.0 * std::exp2(parameters.tuning / n) / 16.0;
  // Bins as pitches, in units of n_chroma above A0. The bin at 0 Hz is placed 1.5 octaves below the
  // first one, as in librosa.
  std::vector<double> place(n_bins + 1);
  for (std::size_t bin = 1; bin <= n_bins; ++bin) {
    const double hz =
        static_cast<double>(bin) * parameters.sr / static_cast<double>(parameters.n_fft);
    place[bin] = n * std::log2(hz / a0);
  }
  place[0] = place[1] - 1.5 * n;

  const double half = std::nearbyint(n / 2.0);  // numpy.round
  Matrix<float> filters(n_chroma, n_bins);
  std::vector<double> bump(n_chroma);
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    const double width = std::max(place[bin + 1] - place[bin], 1.0);
    double energy = 0;
    for (std::size_t chroma = 0; chroma < n_chroma; ++chroma) {
      const double offset = place[bin] - static_cast<double>(chroma) + half;
      const double distance = offset - n * std::floor(offset / n) - half;
      bump[chroma] = std::exp(-0.5 * std::pow(2 * distance / width, 2));
      energy += bump[chroma] * bump[chroma];
    }
    const double octave = (place[bin] / n - kCtroct) / kOctwidth;
    const double weight = std::exp(-0.5 * octave * octave) / std::sqrt(energy);
    for (std::size_t chroma = 0; chroma < n_chroma; ++chroma) {
      // Bumps count from A; rows start at C, three semitones on (base_c).
      const std::size_t row = (chroma + n_chroma - 3 * (n_chroma / 12)) % n_chroma;
      filters.row(row)[bin] = static_cast<float>(bump[chroma] * weight);
    }
  }
  return filters;
}

const ChromaFilters& chroma_filters(std::size_t tuning_index) {
  struct Entry {
    std::once_flag made;
    std::unique_ptr<const ChromaFilters> filters;
  };
  static std::array<Entry, kNTunings> cache;
  Entry& entry = cache.at(tuning_index);
  std::call_once(entry.made, [&] {
    entry.filters = std::make_unique<const ChromaFilters>(
        transposed(make_chroma_filters({.tuning = tuning_value(tuning_index)})));
  });
  return *entry.filters;
}

FrameValues chroma_sums(const ChromaFilters& filters, const SpectrumBlock& power) {
  FrameValues sums;
  HWY_DYNAMIC_DISPATCH(chroma_sums)(filters, power, sums);
  return sums;
}

}  // namespace genre::features
#endif  // HWY_ONCE
