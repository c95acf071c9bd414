// What is computed of a block of frames against the definitions, frame by frame and in double
// precision, on every instruction set.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

#include "every_target.h"
#include "features/chroma.h"
#include "features/extremes.h"
#include "features/mel.h"
#include "features/mfcc.h"
#include "features/moments.h"
#include "features/precision.h"
#include "features/spectral.h"
#include "features/spectrogram.h"
#include "features/tuning.h"
#include "unit/noise.h"

namespace genre::test {
namespace {

using namespace features;

using Blocks = EveryTarget;
GENRE_ON_EVERY_TARGET(Blocks);

constexpr std::size_t kSilent = 5;  // a frame of zeros among the others

// Values over several orders of magnitude, as spectra have them.
template <std::size_t n_rows>
Block<n_rows> random_block(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> decades(-2, 1.5);
  Block<n_rows> block;
  for (FrameValues& row : block.rows) {
    for (float& value : row) value = static_cast<float>(std::pow(10, decades(random)));
    row[kSilent] = 0;
  }
  return block;
}

// With lengths that are finished by the kernels, and by FFTW alone.
TEST_P(Blocks, ExactSpectraAreThoseOfTheDefinition) {
  for (const std::size_t n_fft : {64, 2048, 66, 333}) {
    const auto y = uniform_noise(n_fft, 3);
    FrameFft fft({.n_fft = n_fft});
    std::vector<std::complex<float>> spectrum(fft.n_bins());
    std::vector<float> magnitude(fft.n_bins());
    fft.spectrum(y, spectrum);
    fft.exact_magnitudes(y, magnitude);
    const double turn = 2 * std::numbers::pi / static_cast<double>(n_fft);
    for (std::size_t bin = 0; bin < fft.n_bins(); bin += n_fft / 64) {
      std::complex<double> sum;
      for (std::size_t n = 0; n < n_fft; ++n) {
        const double window = 0.5 - 0.5 * std::cos(turn * static_cast<double>(n));
        sum += y[n] * window * std::polar(1.0, -turn * static_cast<double>(n * bin % n_fft));
      }
      const double tolerance = 1e-7 * std::abs(sum) + 1e-12;
      EXPECT_NEAR(spectrum[bin].real(), sum.real(), tolerance) << bin << " of " << n_fft;
      EXPECT_NEAR(spectrum[bin].imag(), sum.imag(), tolerance) << bin << " of " << n_fft;
      EXPECT_NEAR(magnitude[bin], std::abs(sum), 2 * tolerance) << bin << " of " << n_fft;
    }
  }
}

TEST_P(Blocks, MomentsAreSumsOverTheBins) {
  const auto block = random_block<33>(6);
  const SpectralMoments moments = spectral_moments(block.rows);
  for (std::size_t t = 0; t < kBlockFrames; ++t) {
    double sum = 0, first = 0, second = 0;
    for (std::size_t bin = 0; bin < block.rows.size(); ++bin) {
      const auto place = static_cast<double>(bin);
      sum += block.rows[bin][t];
      first += place * block.rows[bin][t];
      second += place * place * block.rows[bin][t];
    }
    EXPECT_NEAR(moments.sum[t], sum, 1e-13 * sum) << t;
    EXPECT_NEAR(moments.first[t], first, 1e-13 * first) << t;
    EXPECT_NEAR(moments.second[t], second, 1e-13 * second) << t;
  }
}

TEST_P(Blocks, ExtremesAreTheEndsOfTheSortedValues) {
  constexpr std::size_t kRows = 40;
  const auto block = random_block<kRows>(9);
  for (const std::size_t n : {std::size_t{1}, std::size_t{3}, kRows}) {
    std::vector<FrameValues> lowest(n), highest(n);
    find_extremes(block.rows, lowest, highest);
    for (std::size_t t = 0; t < kBlockFrames; ++t) {
      std::vector<float> sorted;
      for (const FrameValues& row : block.rows) sorted.push_back(row[t]);
      std::ranges::sort(sorted);
      for (std::size_t i = 0; i < n; ++i) {
        EXPECT_EQ(lowest[i][t], sorted[i]) << i << " of " << n << ", frame " << t;
        EXPECT_EQ(highest[i][t], sorted[kRows - 1 - i]) << i << " of " << n << ", frame " << t;
      }
    }
  }
}

TEST_P(Blocks, SpectrogramIsTheTransformOfEachFrame) {
  const auto y = uniform_noise(11 * kHopLength);
  const ClipFrames frames(y, PadMode::kReflect);
  Spectrogram spectrogram;
  auto magnitude = random_block<kNBins>(1), power = random_block<kNBins>(2);
  spectrogram.compute(frames, 1, 11, magnitude, power);

  std::array<float, kNFft> scratch{};
  for (std::size_t t = 0; t < 11; ++t) {
    const auto frame = frames.frame(1 + t, scratch);
    for (const std::size_t bin : {0, 1, 2, 3, 500, 1020, 1023, 1024}) {
      std::complex<double> sum;
      for (std::size_t n = 0; n < kNFft; ++n) {
        const double phase = 2 * std::numbers::pi * static_cast<double>(n) / kNFft;
        sum += frame[n] * (0.5 - 0.5 * std::cos(phase)) *
               std::polar(1.0, -phase * static_cast<double>(bin));
      }
      ASSERT_NEAR(magnitude.rows[bin][t], std::abs(sum), 1e-5) << bin << " of " << t;
      ASSERT_EQ(power.rows[bin][t], magnitude.rows[bin][t] * magnitude.rows[bin][t]);
    }
  }
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    for (std::size_t t = 11; t < kBlockFrames; ++t) {
      ASSERT_EQ(magnitude.rows[bin][t], 0.0F);
      ASSERT_EQ(power.rows[bin][t], 0.0F);
    }
  }
}

TEST_P(Blocks, SpectralShapes) {
  const auto magnitude = random_block<kNBins>(3);
  const SpectralShapes shapes = spectral_shapes(magnitude);
  for (std::size_t t = 0; t < kBlockFrames; ++t) {
    if (t == kSilent) continue;
    double sum = 0, weighted = 0;
    float running_sum = 0;  // numpy's, in float32
    for (std::size_t bin = 0; bin < kNBins; ++bin) {
      sum += magnitude.rows[bin][t];
      weighted += static_cast<double>(bin) * magnitude.rows[bin][t];
      running_sum += magnitude.rows[bin][t];
    }
    const double centroid = weighted / sum;
    double variance = 0;
    for (std::size_t bin = 0; bin < kNBins; ++bin) {
      variance += magnitude.rows[bin][t] * std::pow(static_cast<double>(bin) - centroid, 2) / sum;
    }
    const float threshold = 0.85F * running_sum;
    std::size_t rolloff = 0;
    for (float total = magnitude.rows[0][t]; total < threshold;) {
      total += magnitude.rows[++rolloff][t];
    }
    EXPECT_NEAR(shapes.centroid[t], centroid, 1e-6 * centroid) << t;
    EXPECT_NEAR(shapes.bandwidth[t], std::sqrt(variance), 1e-6 * std::sqrt(variance)) << t;
    EXPECT_EQ(shapes.rolloff[t], static_cast<float>(rolloff)) << t;
  }
  EXPECT_EQ(shapes.centroid[kSilent], 0.0F);
  EXPECT_EQ(shapes.bandwidth[kSilent], 0.0F);
  EXPECT_EQ(shapes.rolloff[kSilent], 0.0F);
}

TEST_P(Blocks, MelIsAMatrixProduct) {
  const MelFilters filters;
  const auto power = random_block<kNBins>(4);
  MelBlock mel;
  filters.apply(power, mel);
  for (std::size_t band = 0; band < kNMels; ++band) {
    for (std::size_t t = 0; t < kBlockFrames; ++t) {
      double expected = 0;
      for (std::size_t bin = 0; bin < kNBins; ++bin) {
        expected += static_cast<double>(filters.weight(band, bin)) * power.rows[bin][t];
      }
      ASSERT_NEAR(mel.rows[band][t], expected, 1e-6 * expected) << band << " of " << t;
    }
  }
}

TEST_P(Blocks, ChromaIsAMatrixProductScaledToItsMaximum) {
  const ChromaFilters& filters = chroma_filters(63);
  const auto power = random_block<kNBins>(5);
  const FrameValues sums = chroma_sums(filters, power);
  for (std::size_t t = 0; t < kBlockFrames; ++t) {
    double sum = 0, max = 0;
    for (std::size_t c = 0; c < kNChroma; ++c) {
      double chroma = 0;
      for (std::size_t bin = 0; bin < kNBins; ++bin) {
        chroma += static_cast<double>(filters[bin][c]) * power.rows[bin][t];
      }
      sum += chroma;
      max = std::max(max, chroma);
    }
    EXPECT_NEAR(sums[t], t == kSilent ? 0 : sum / max, 1e-5) << t;
  }
}

TEST_P(Blocks, MfccIsTheDctOfTheMeanLogMel) {
  const std::vector<MelBlock> mels = {random_block<kNMels>(6), random_block<kNMels>(7),
                                      random_block<kNMels>(8)};
  constexpr std::size_t kFrames = 2 * kBlockFrames + 7;
  double max_db = -100;
  std::array<double, kNMels> mean{};
  const auto db = [&](std::size_t band, std::size_t t) {
    const double power = mels[t / kBlockFrames].rows[band][t % kBlockFrames];
    return 10 * std::log10(std::max(1e-10, power));
  };
  for (std::size_t t = 0; t < kFrames; ++t) {
    for (std::size_t band = 0; band < kNMels; ++band) max_db = std::max(max_db, db(band, t));
  }
  for (std::size_t t = 0; t < kFrames; ++t) {
    for (std::size_t band = 0; band < kNMels; ++band) {
      mean[band] += std::max(db(band, t), max_db - 80) / kFrames;
    }
  }

  MfccMean mfcc_mean(std::max({loudest(mels[0]), loudest(mels[1]), loudest(mels[2])}));
  mfcc_mean.add(mels[0], kBlockFrames);
  mfcc_mean.add(mels[1], kBlockFrames);
  mfcc_mean.add(mels[2], kFrames - 2 * kBlockFrames);
  std::array<float, kNMfcc> mfcc{};
  mfcc_mean.compute(mfcc);
  for (std::size_t k = 0; k < kNMfcc; ++k) {
    double expected = 0;
    for (std::size_t n = 0; n < kNMels; ++n) {
      expected += mean[n] * std::sqrt((k == 0 ? 1.0 : 2.0) / kNMels) *
                  std::cos(std::numbers::pi * static_cast<double>(k * (2 * n + 1)) / (2 * kNMels));
    }
    EXPECT_NEAR(mfcc[k], expected, 1e-4) << k;
  }
}

TEST_P(Blocks, TuningFindsThePeakInAnyFrame) {
  for (std::size_t t = 0; t < kBlockFrames; ++t) {
    for (const std::size_t bin : {kFirstPitchBin, std::size_t{100}, kEndPitchBin - 1}) {
      SpectrumBlock power{};
      power.rows[bin - 1][t] = 2;
      power.rows[bin][t] = 4;
      power.rows[bin + 1][t] = 3;
      power.rows[bin + 2][(t + 1) % kBlockFrames] = 0;
      TuningEstimator tuning;
      tuning.start();
      tuning.add(power);
      const double hz = (static_cast<double>(bin) + 0.5 / 3) * fft_frequency(1);
      const double semitones = 12 * std::log2(hz / 27.5);
      const double expected = semitones - std::round(semitones);
      EXPECT_NEAR(tuning_value(tuning.finish()), std::floor(expected * 100) / 100, 1e-9)
          << bin << " of " << t;
    }
  }
}

TEST_P(Blocks, TuningTakesNoPeakOutsideItsBins) {
  for (const std::size_t bin : {kFirstPitchBin - 1, kEndPitchBin, kNBins - 2}) {
    SpectrumBlock power{};
    for (FrameValues& row : power.rows) row.fill(0.01F);
    power.rows[bin].fill(4);
    power.rows[bin + 1].fill(3);
    TuningEstimator tuning;
    tuning.start();
    tuning.add(power);
    EXPECT_EQ(tuning_value(tuning.finish()), 0.0) << bin;
  }
}

TEST_P(Blocks, DoublePrecisionIsNeededForFaintPartsAndTies) {
  std::array<float, kNBins> magnitude{};
  EXPECT_FALSE(needs_double_precision(magnitude)) << "silence";
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    magnitude[bin] = 1.0F + 0.1F * static_cast<float>(bin % 7);
  }
  EXPECT_FALSE(needs_double_precision(magnitude));
  for (const std::size_t bin : {kFirstPitchBin, std::size_t{200}, kEndPitchBin - 1}) {
    auto tied = magnitude;
    tied[bin] = tied[bin + 1] = 2.0F;
    EXPECT_TRUE(needs_double_precision(tied)) << bin;
  }
  auto faint = magnitude;  // a tenth of the spectrum is missing, which changes no bandwidth
  for (std::size_t bin = kNBins - 100; bin < kNBins; ++bin) faint[bin] = 0;
  EXPECT_FALSE(needs_double_precision(faint));
  std::array<float, kNBins> tone{};
  for (const std::size_t bin : {100, 101, 102}) tone[bin] = bin == 101 ? 1.0F : 0.5F;
  EXPECT_TRUE(needs_double_precision(tone));
}

}  // namespace
}  // namespace genre::test
