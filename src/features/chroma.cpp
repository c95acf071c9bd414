#include "features/chroma.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "features/tuning.h"

namespace genre {
namespace {

constexpr double kCtroct = 5.0;    // centre of the octaves' Gaussian weights, in octaves
constexpr double kOctwidth = 2.0;  // and its half-width

// A bin's place in semitones above A0.
double semitones(double hz, double tuning) {
  const double a0 = 440.0 * std::exp2(tuning / kNChroma) / 16.0;
  return kNChroma * std::log2(hz / a0);
}

ChromaFilters make_chroma_filters(double tuning) {
  // The bin at 0 Hz is put 1.5 octaves below the first.
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
      // Bumps count from A; rows start at C, three semitones on (base_c).
      const std::size_t row = (chroma + kNChroma - 3) % kNChroma;
      filters[row][bin] = static_cast<float>(bump[chroma] * weight);
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

double chroma_sum(const ChromaFilters& filters, std::span<const float, kNBins> power) {
  float max = 0;
  double sum = 0;
  for (const auto& filter : filters) {
    // Eight partial sums: the compiler may then use vectors without changing the result.
    std::array<float, 8> partial{};
    std::size_t bin = 0;
    for (; bin + 8 <= kNBins; bin += 8) {
      for (std::size_t i = 0; i < 8; ++i) partial[i] += filter[bin + i] * power[bin + i];
    }
    float chroma = 0;
    for (; bin < kNBins; ++bin) chroma += filter[bin] * power[bin];
    for (const float p : partial) chroma += p;
    max = std::max(max, chroma);
    sum += chroma;
  }
  return max < kTiny ? sum : sum / max;
}

}  // namespace genre
