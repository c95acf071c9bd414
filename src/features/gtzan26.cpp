#include "features/gtzan26.h"

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

namespace genre::features {
namespace {

using Gtzan26 = std::span<float, kGtzan26Size>;

std::size_t blocks_of(const ClipFrames& frames) {
  return (frames.size() + kBlockFrames - 1) / kBlockFrames;
}

std::size_t frames_in(std::size_t block, const ClipFrames& frames) {
  return std::min(kBlockFrames, frames.size() - block * kBlockFrames);
}

double sum_of_first(std::size_t n, const FrameValues& values) {
  double sum = 0;
  for (std::size_t t = 0; t < n; ++t) sum += values[t];
  return sum;
}

// The spectra of a block of frames.
struct Spectra {
  SpectrumBlock power;
  MelBlock mel;
};

// Maximum number of blocks kept from the first pass for the second: 10.4 s of audio, 2 MB.
constexpr std::size_t kMaxKept = 28;

}  // namespace

// The chroma filters depend on the tuning of the clip, and the floor of the log-mel values on its
// maximum, so there are two passes over the blocks of frames. The spectra of the first blocks are
// kept for the second pass. Those of later blocks in a long clip are computed again, to save
// memory.
struct Gtzan26Extractor::Impl {
  PadMode pad_mode;
  Spectrogram spectrogram;
  std::shared_ptr<const MelFilters> mel_filters = features::mel_filters({});
  SpectrumBlock magnitude;    // of the last transformed block
  std::vector<Spectra> kept;  // spectra of the first blocks of the clip
  Spectra not_kept;           // of the last transformed block
  TuningEstimator tuning;
  double last_tuning = 0;

  const Spectra& transform(const ClipFrames& frames, std::size_t block);
  float first_pass(const ClipFrames& frames, Gtzan26 features);
  void second_pass(const ClipFrames& frames, float clip_loudest, Gtzan26 features);
};

Gtzan26Extractor::Gtzan26Extractor(PadMode pad_mode) : impl_(std::make_unique<Impl>()) {
  impl_->pad_mode = pad_mode;
}
Gtzan26Extractor::Gtzan26Extractor(Gtzan26Extractor&&) noexcept = default;
Gtzan26Extractor& Gtzan26Extractor::operator=(Gtzan26Extractor&&) noexcept = default;
Gtzan26Extractor::~Gtzan26Extractor() = default;

double Gtzan26Extractor::tuning() const { return impl_->last_tuning; }

const Spectra& Gtzan26Extractor::Impl::transform(const ClipFrames& frames, std::size_t block) {
  Spectra& spectra = block < kMaxKept ? kept[block] : not_kept;
  const std::size_t first = block * kBlockFrames;
  spectrogram.compute(frames, first, frames_in(block, frames), magnitude, spectra.power);
  mel_filters->apply(spectra.power, spectra.mel);
  return spectra;
}

// Returns the maximum of the mel spectra.
float Gtzan26Extractor::Impl::first_pass(const ClipFrames& frames, Gtzan26 features) {
  if (const std::size_t n = std::min(blocks_of(frames), kMaxKept); n > kept.size()) {
    kept.reserve(n);  // resize alone may allocate more
    kept.resize(n);
  }
  tuning.start();
  float clip_loudest = 0;
  double centroid = 0, bandwidth = 0, rolloff = 0;  // sums, in bins
  for (std::size_t block = 0; block < blocks_of(frames); ++block) {
    const std::size_t n = frames_in(block, frames);
    const Spectra& spectra = transform(frames, block);
    const SpectralShapes shapes = spectral_shapes(magnitude);
    centroid += sum_of_first(n, shapes.centroid);
    bandwidth += sum_of_first(n, shapes.bandwidth);
    rolloff += sum_of_first(n, shapes.rolloff);
    clip_loudest = std::max(clip_loudest, loudest(spectra.mel));
    tuning.add(spectra.power);
  }
  const double hz = fft_frequency(1) / static_cast<double>(frames.size());
  features[2] = static_cast<float>(centroid * hz);
  features[3] = static_cast<float>(bandwidth * hz);
  features[4] = static_cast<float>(rolloff * hz);
  return clip_loudest;
}

void Gtzan26Extractor::Impl::second_pass(const ClipFrames& frames, float clip_loudest,
                                         Gtzan26 features) {
  const std::size_t tuning_index = tuning.finish();
  last_tuning = tuning_value(tuning_index);
  const ChromaFilters& filters = chroma_filters(tuning_index);
  double chroma = 0;
  MfccMean mfcc(clip_loudest);
  for (std::size_t block = 0; block < blocks_of(frames); ++block) {
    const std::size_t n = frames_in(block, frames);
    const Spectra& spectra = block < kMaxKept ? kept[block] : transform(frames, block);
    chroma += sum_of_first(n, chroma_sums(filters, spectra.power));
    mfcc.add(spectra.mel, n);
  }
  features[0] = static_cast<float>(chroma / static_cast<double>(kNChroma * frames.size()));
  mfcc.compute(features.last<kNMfcc>());
}

void Gtzan26Extractor::extract(std::span<const float> y, std::span<float, kGtzan26Size> features) {
  const ClipFrames frames(y, impl_->pad_mode);
  const float clip_loudest = impl_->first_pass(frames, features);
  impl_->second_pass(frames, clip_loudest, features);
  features[1] = static_cast<float>(rms_mean(frames));
  features[5] = static_cast<float>(zero_crossing_rate_mean(y));
}

}  // namespace genre::features
