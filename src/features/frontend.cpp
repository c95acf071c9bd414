#include "genre/frontend.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "features/compression.h"
#include "features/mel_spectrogram.h"

namespace genre {

// Single precision is enough: below the offset of a logarithm, rounding errors disappear.
struct Frontend::Impl {
  explicit Impl(const FrontendParameters& parameters)
      : mel(parameters, features::Precision::kSingle) {}
  features::MelSpectrogram mel;
};

Frontend::Frontend(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Frontend::Frontend(Frontend&&) noexcept = default;
Frontend& Frontend::operator=(Frontend&&) noexcept = default;
Frontend::~Frontend() = default;

Result<Frontend> Frontend::create(const FrontendParameters& parameters) {
  return validate(parameters).map([&] { return Frontend(std::make_unique<Impl>(parameters)); });
}

const FrontendParameters& Frontend::parameters() const { return impl_->mel.parameters(); }

std::size_t Frontend::n_frames(std::size_t n_samples) const {
  return impl_->mel.n_frames(n_samples);
}

Matrix<float> Frontend::log_mel(std::span<const float> y) {
  if (y.size() < 2) throw std::invalid_argument("a clip must have at least 2 samples");
  Matrix<float> result = impl_->mel.compute(y);
  features::compress(result.values, parameters());
  return result;
}

std::size_t Frontend::n_patches(std::size_t n_samples) const {
  const FrontendParameters& p = parameters();
  const std::size_t frames = std::max(n_frames(n_samples), p.patch_frames);
  return 1 + (frames - p.patch_frames) / p.patch_hop_frames;
}

Matrix<float> Frontend::patches(std::span<const float> y) {
  const FrontendParameters& p = parameters();
  std::vector<float> extended;
  if (n_frames(y.size()) < p.patch_frames) {
    // The samples that the last frame of a patch needs. Padding is half a frame on each side at
    // most, so there is no underflow.
    const features::Framing& framing = impl_->mel.framing();
    const std::size_t needed = (p.patch_frames - 1) * framing.hop_length + framing.frame_length -
                               2 * framing.pad + (p.pre_emphasis == 0 ? 0 : 1);
    extended.assign(y.begin(), y.end());
    extended.resize(needed);
    y = extended;
  }
  const Matrix<float> frames = log_mel(y);
  const std::size_t n = n_patches(y.size());
  Matrix<float> result(n * p.patch_frames, p.n_mels);
  for (std::size_t patch = 0; patch < n; ++patch) {
    for (std::size_t t = 0; t < p.patch_frames; ++t) {
      const auto row = result.row(patch * p.patch_frames + t);
      for (std::size_t m = 0; m < p.n_mels; ++m) {
        row[m] = frames.row(m)[patch * p.patch_hop_frames + t];
      }
    }
  }
  return result;
}

}  // namespace genre
