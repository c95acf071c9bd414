// Feature set "gtzan26": means of librosa's features over the frames of a clip.
#pragma once

#include <memory>
#include <span>

#include "genre/features.h"

namespace genre::features {

// Keeps its scratch memory between clips: 0.9 MB for clips of three seconds, 2.4 MB for ten
// seconds. Longer clips add only 8 bytes per spectral peak, about 3 kB per second of music. After
// that, extract allocates only the table for a new tuning (49 kB; there are one hundred tunings).
class Gtzan26Extractor {
 public:
  explicit Gtzan26Extractor(PadMode pad_mode = PadMode::kConstant);
  Gtzan26Extractor(Gtzan26Extractor&&) noexcept;
  Gtzan26Extractor& operator=(Gtzan26Extractor&&) noexcept;
  ~Gtzan26Extractor();

  // See FeatureExtractor::extract.
  void extract(std::span<const float> y, std::span<float, kGtzan26Size> features);

  // The tuning of the last clip in semitones, in [-0.5, 0.5) (librosa.estimate_tuning).
  [[nodiscard]] double tuning() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::features
