#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "features/chroma.h"
#include "features/constants.h"
#include "features/frames.h"
#include "features/mel.h"
#include "features/mfcc.h"
#include "features/rms.h"
#include "features/spectral.h"
#include "features/spectrogram.h"
#include "features/tuning.h"
#include "features/zero_crossing_rate.h"
#include "genre/features.h"

namespace genre {
namespace {

const MelFilters& mel_filters() {
  static const MelFilters filters;
  return filters;
}

// Hz.
struct SpectralMeans {
  double centroid, bandwidth, rolloff;
};

double sum_first(const FrameValues& values, std::size_t n) {
  double sum = 0;
  for (std::size_t t = 0; t < std::min(n, kBlockFrames); ++t) sum += values[t];
  return sum;
}

}  // namespace

struct FeatureExtractor::Impl {
  PadMode pad_mode;
  Spectrogram spectrogram;
  SpectrumBlock magnitude;
  std::vector<SpectrumBlock> powers;  // kept for the chroma, which needs the tuning
  MelBlock mel;
  MfccMean mfcc_mean;
  TuningEstimator tuning;
  double last_tuning = 0;

  SpectralMeans analyse_frames(const ClipFrames& frames);
  double chroma_mean(std::size_t n_frames);
};

FeatureExtractor::FeatureExtractor(PadMode pad_mode) : impl_(std::make_unique<Impl>()) {
  impl_->pad_mode = pad_mode;
}
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;
FeatureExtractor::~FeatureExtractor() = default;

double FeatureExtractor::tuning() const { return impl_->last_tuning; }

// One STFT; everything is taken from each block of spectra while it is at hand.
SpectralMeans FeatureExtractor::Impl::analyse_frames(const ClipFrames& frames) {
  powers.resize((frames.size() + kBlockFrames - 1) / kBlockFrames);
  mfcc_mean.start();
  tuning.start();

  SpectralMeans sum{};
  for (std::size_t first = 0; first < frames.size(); first += kBlockFrames) {
    const std::size_t n = std::min(kBlockFrames, frames.size() - first);
    SpectrumBlock& power = powers[first / kBlockFrames];
    spectrogram.compute(frames, first, n, magnitude, power);
    const SpectralShapes shapes = spectral_shapes(magnitude);
    sum.centroid += sum_first(shapes.centroid, n);
    sum.bandwidth += sum_first(shapes.bandwidth, n);
    sum.rolloff += sum_first(shapes.rolloff, n);
    mel_filters().apply(power, mel);
    mfcc_mean.add(mel, n);
    tuning.add(power);
  }
  const double hz = fft_frequency(1) / static_cast<double>(frames.size());
  return {sum.centroid * hz, sum.bandwidth * hz, sum.rolloff * hz};
}

double FeatureExtractor::Impl::chroma_mean(std::size_t n_frames) {
  const std::size_t tuning_index = tuning.finish();
  last_tuning = tuning_value(tuning_index);
  const ChromaFilters& filters = chroma_filters(tuning_index);
  double sum = 0;
  for (std::size_t first = 0; first < n_frames; first += kBlockFrames) {
    sum += sum_first(chroma_sums(filters, powers[first / kBlockFrames]), n_frames - first);
  }
  return sum / static_cast<double>(kNChroma * n_frames);
}

void FeatureExtractor::extract(std::span<const float> y, std::span<float, kGtzan26Size> features) {
  const ClipFrames frames(y, impl_->pad_mode);
  const SpectralMeans shape = impl_->analyse_frames(frames);
  features[0] = static_cast<float>(impl_->chroma_mean(frames.size()));
  features[1] = static_cast<float>(rms_mean(frames));
  features[2] = static_cast<float>(shape.centroid);
  features[3] = static_cast<float>(shape.bandwidth);
  features[4] = static_cast<float>(shape.rolloff);
  features[5] = static_cast<float>(zero_crossing_rate_mean(y));
  impl_->mfcc_mean.finish(features.last<kNMfcc>());
}

}  // namespace genre
