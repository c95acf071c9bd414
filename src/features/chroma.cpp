#include "features/chroma.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

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

// The pitch in semitones above A0.
double semitones(double hz, double tuning) {
  const double a0 = 440.0 * std::exp2(tuning / kNChroma) / 16.0;
  return kNChroma * std::log2(hz / a0);
}

ChromaFilters make_chroma_filters(double tuning) {
  // The bin at 0 Hz is placed 1.5 octaves below the first one, as in librosa.
  std::array<double, kNBins + 1> place{};
  for (std::size_t bin = 1; bin <= kNBins; ++bin)
    place[bin] = semitones(fft_frequency(bin), tuning);
  place[0] = place[1] - 1.5 * kNChroma;

  ChromaFilters filters{};
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    const double width = std::max(place[bin + 1] - place[bin], 1.0);
    std::array<double, kNChroma> bump{};
    double energy = 0;
    for (std::size_t chroma = 0; chroma < kNChroma; ++chroma) {
      const double offset = place[bin] - static_cast<double>(chroma) + kNChroma / 2.0;
      const double distance = offset - kNChroma * std::floor(offset / kNChroma) - kNChroma / 2.0;
      bump[chroma] = std::exp(-0.5 * std::pow(2 * distance / width, 2));
      energy += bump[chroma] * bump[chroma];
    }
    const double octave = (place[bin] / kNChroma - kCtroct) / kOctwidth;
    const double weight = std::exp(-0.5 * octave * octave) / std::sqrt(energy);
    for (std::size_t chroma = 0; chroma < kNChroma; ++chroma) {
      // Bumps count from A; columns start at C, three semitones on (base_c).
      const std::size_t column = (chroma + kNChroma - 3) % kNChroma;
      filters[bin][column] = static_cast<float>(bump[chroma] * weight);
    }
  }
  return filters;
}

}  // namespace

const ChromaFilters& chroma_filters(std::size_t tuning_index) {
  struct Entry {
    std::once_flag made;
    std::unique_ptr<const ChromaFilters> filters;
  };
  static std::array<Entry, kNTunings> cache;
  Entry& entry = cache.at(tuning_index);
  std::call_once(entry.made, [&] {
    entry.filters =
        std::make_unique<const ChromaFilters>(make_chroma_filters(tuning_value(tuning_index)));
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
