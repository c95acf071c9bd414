#include "features/mel_spectrogram.h"

#include <algorithm>
#include <cmath>

#include "features/frontend_parameters.h"
#include "features/kernels.h"

namespace genre::features {

namespace {

FftParameters with_window(FftParameters parameters, const std::vector<double>& values) {
  parameters.window_values = values;
  return parameters;
}

}  // namespace

MelSpectrogram::MelSpectrogram(const FrontendParameters& parameters, Precision precision,
                               const std::vector<double>& window_values)
    : parameters_(parameters),
      framing_(features::framing(parameters)),
      spectrogram_(with_window(fft_parameters(parameters), window_values), precision),
      filters_(mel_filters(mel_parameters(parameters))),
      spectra_(spectrogram_.n_bins()),
      mel_(parameters.n_mels) {}

std::size_t MelSpectrogram::n_frames(std::size_t n_samples) const {
  const std::size_t lost = parameters_.pre_emphasis == 0 ? 0 : 1;
  return frame_count(n_samples - std::min(n_samples, lost), framing_);
}

std::span<const float> MelSpectrogram::pre_emphasized(std::span<const float> y) {
  if (parameters_.pre_emphasis == 0) return y;
  emphasized_.resize(y.size() - 1);
  pre_emphasize(y, static_cast<float>(parameters_.pre_emphasis), emphasized_);
  return emphasized_;
}

void MelSpectrogram::compute_spectra(const ClipFrames& frames, std::size_t first, std::size_t n) {
  if (parameters_.power == 2) {
    spectrogram_.compute(frames, first, n, {}, spectra_);
    return;
  }
  spectrogram_.compute(frames, first, n, spectra_, {});
  if (parameters_.power == 1) return;
  const auto power = static_cast<float>(parameters_.power);
  for (FrameValues& row : spectra_) {
    for (float& value : row) value = std::pow(value, power);
  }
}

Matrix<float> MelSpectrogram::compute(std::span<const float> y) {
  const ClipFrames frames(pre_emphasized(y), framing_);
  Matrix<float> result(mel_.size(), frames.size());
  for (std::size_t first = 0; first < frames.size(); first += kBlockFrames) {
    const std::size_t n = std::min(kBlockFrames, frames.size() - first);
    compute_spectra(frames, first, n);
    filters_->apply(spectra_, mel_);
    for (std::size_t m = 0; m < mel_.size(); ++m) {
      std::copy_n(mel_[m].begin(), n, result.row(m).begin() + static_cast<std::ptrdiff_t>(first));
    }
  }
  return result;
}

}  // namespace genre::features
