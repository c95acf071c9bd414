// The mel spectrogram of a clip: the stages of a front end before the compression.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "features/block.h"
#include "features/frames.h"
#include "features/mel.h"
#include "features/spectrogram.h"
#include "genre/frontend.h"
#include "genre/matrix.h"

namespace genre::features {

// Holds scratch memory, so use it from one thread only.
class MelSpectrogram {
 public:
  // parameters: valid (genre::validate). precision: kSingle or kDouble. window_values:
  // [win_length], in place of the window of the parameters; empty: none.
  MelSpectrogram(const FrontendParameters& parameters, Precision precision,
                 const std::vector<double>& window_values = {});

  [[nodiscard]] const FrontendParameters& parameters() const { return parameters_; }
  [[nodiscard]] const Framing& framing() const { return framing_; }
  [[nodiscard]] std::size_t n_frames(std::size_t n_samples) const;

  // y: [n_samples], at least 2 samples. Returns [n_mels, n_frames].
  [[nodiscard]] Matrix<float> compute(std::span<const float> y);

 private:
  std::span<const float> pre_emphasized(std::span<const float> y);
  void compute_spectra(const ClipFrames& frames, std::size_t first, std::size_t n);

  FrontendParameters parameters_;
  Framing framing_;
  Spectrogram spectrogram_;
  std::shared_ptr<const MelFilters> filters_;
  std::vector<FrameValues> spectra_;  // [n_bins]: magnitudes, raised to the power
  std::vector<FrameValues> mel_;      // [n_mels]
  std::vector<float> emphasized_;
};

}  // namespace genre::features
