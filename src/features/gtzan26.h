// Feature set "gtzan26": the means over a clip's frames of librosa's features.
#pragma once

#include <memory>
#include <span>

#include "genre/features.h"

namespace genre::features {

// Keeps its scratch memory between clips: 0.9 MB for clips of three seconds and 2.4 MB for ten;
// longer ones add nothing but 8 bytes for each spectral peak, some 3 kB for a second of music. Once
// that is there, and the table for the clip's tuning (49 kB, one of a hundred), extract allocates
// nothing.
class Gtzan26Extractor {
 public:
  explicit Gtzan26Extractor(PadMode pad_mode = PadMode::kConstant);
  Gtzan26Extractor(Gtzan26Extractor&&) noexcept;
  Gtzan26Extractor& operator=(Gtzan26Extractor&&) noexcept;
  ~Gtzan26Extractor();

  // As FeatureExtractor::extract.
  void extract(std::span<const float> y, std::span<float, kGtzan26Size> features);

  // The tuning of the last extracted clip, in fractions of a semitone in [-0.5, 0.5)
  // (librosa.estimate_tuning).
  [[nodiscard]] double tuning() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::features
