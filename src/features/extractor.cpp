#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "features/chroma.h"
#include "features/constants.h"
#include "features/fft.h"
#include "features/frames.h"
#include "features/mel.h"
#include "features/mfcc.h"
#include "features/precision.h"
#include "features/rms.h"
#include "features/spectral.h"
#include "features/tuning.h"
#include "features/zero_crossing_rate.h"
#include "genre/features.h"

namespace genre {
namespace {

const MelFilters& mel_filters() {
  static const MelFilters filters;
  return filters;
}

void square(std::span<const float, kNBins> magnitude, std::span<float, kNBins> power) {
  for (std::size_t bin = 0; bin < kNBins; ++bin) power[bin] = magnitude[bin] * magnitude[bin];
}

}  // namespace

struct FeatureExtractor::Impl {
  PadMode pad_mode;
  PaddedClip clip;
  FrameFft fft;
  std::vector<float> powers;  // [n_frames, n_bins], kept for the chroma, which needs the tuning
  MfccMean mfcc_mean;
  TuningEstimator tuning;
  double last_tuning = 0;

  std::span<float, kNBins> power(std::size_t t) {
    return std::span<float, kNBins>(powers.data() + t * kNBins, kNBins);
  }
  SpectralShape analyse_frames();
  double chroma_mean();
};

FeatureExtractor::FeatureExtractor(PadMode pad_mode) : impl_(std::make_unique<Impl>()) {
  impl_->pad_mode = pad_mode;
}
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;
FeatureExtractor::~FeatureExtractor() = default;

double FeatureExtractor::tuning() const { return impl_->last_tuning; }

// One STFT; everything is taken from each spectrum while it is at hand. Returns the mean shape.
SpectralShape FeatureExtractor::Impl::analyse_frames() {
  const std::size_t n_frames = clip.n_frames();
  powers.resize(n_frames * kNBins);
  mfcc_mean.start(n_frames);
  tuning.start();

  SpectralShape sum{};
  std::array<float, kNBins> magnitude{};
  std::array<float, kNMels> mel{};
  for (std::size_t t = 0; t < n_frames; ++t) {
    const auto frame_power = power(t);
    fft.magnitudes(clip.frame(t), magnitude);
    square(magnitude, frame_power);
    if (needs_double_precision(magnitude, frame_power)) {
      fft.exact_magnitudes(clip.frame(t), magnitude);
      square(magnitude, frame_power);
    }
    const SpectralShape shape = spectral_shape(magnitude);
    sum.centroid += shape.centroid;
    sum.bandwidth += shape.bandwidth;
    sum.rolloff += shape.rolloff;
    mel_filters().apply(frame_power, mel);
    mfcc_mean.add(mel);
    tuning.add(frame_power);
  }
  const auto n = static_cast<double>(n_frames);
  return {sum.centroid / n, sum.bandwidth / n, sum.rolloff / n};
}

double FeatureExtractor::Impl::chroma_mean() {
  const std::size_t tuning_index = tuning.finish();
  last_tuning = tuning_value(tuning_index);
  const ChromaFilters& filters = chroma_filters(tuning_index);
  double sum = 0;
  for (std::size_t t = 0; t < clip.n_frames(); ++t) sum += chroma_sum(filters, power(t));
  return sum / static_cast<double>(kNChroma * clip.n_frames());
}

void FeatureExtractor::extract(std::span<const float> y, std::span<float, kGtzan26Size> features) {
  impl_->clip.assign(y, impl_->pad_mode);
  const SpectralShape shape = impl_->analyse_frames();
  features[0] = static_cast<float>(impl_->chroma_mean());
  features[1] = static_cast<float>(rms_mean(impl_->clip));
  features[2] = static_cast<float>(shape.centroid);
  features[3] = static_cast<float>(shape.bandwidth);
  features[4] = static_cast<float>(shape.rolloff);
  features[5] = static_cast<float>(zero_crossing_rate_mean(y));
  impl_->mfcc_mean.finish(features.last<kNMfcc>());
}

}  // namespace genre
