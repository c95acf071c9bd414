// The spectra of a clip, sixteen frames at a time.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "features/frames.h"
#include "features/spectrogram.h"
#include "genre/librosa.h"

namespace genre::librosa {

using features::FrameValues;
using features::kBlockFrames;

[[nodiscard]] features::FftParameters fft_parameters(const StftOptions& options);
[[nodiscard]] features::Framing framing(const StftOptions& options);

// The magnitudes and powers of a block of frames.
struct SpectraBlock {
  std::size_t first, n;                           // frames [first, first + n) of the clip
  std::span<const FrameValues> magnitude, power;  // [n_bins]
};

// The spectra of a clip, which must outlive this object. They are computed in double precision and
// rounded as in librosa: logarithms, roll-offs and peaks depend on the last bits of faint bins.
class ClipSpectra {
 public:
  // The options must be valid.
  ClipSpectra(std::span<const float> y, const StftOptions& options) : y_(y), options_(options) {}

  [[nodiscard]] std::size_t n_fft() const { return options_.n_fft; }
  [[nodiscard]] std::size_t n_bins() const { return 1 + n_fft() / 2; }
  [[nodiscard]] std::size_t n_frames() const {
    return features::frame_count(y_.size(), framing(options_));
  }

  // Calls f(SpectraBlock) for each block of the clip.
  template <class F>
  void for_each_block(const F& f) const {
    const features::ClipFrames frames(y_, framing(options_));
    features::Spectrogram spectrogram(fft_parameters(options_), features::Precision::kDouble);
    std::vector<FrameValues> magnitude(n_bins()), power(n_bins());
    for (std::size_t first = 0; first < frames.size(); first += kBlockFrames) {
      const std::size_t n = std::min(kBlockFrames, frames.size() - first);
      spectrogram.compute(frames, first, n, magnitude, power);
      f(SpectraBlock{.first = first, .n = n, .magnitude = magnitude, .power = power});
    }
  }

 private:
  std::span<const float> y_;
  StftOptions options_;
};

// What the values of a spectrogram are. Magnitudes are squared where powers are wanted.
enum class Given { kMagnitude, kPower };

// A spectrogram that the caller has computed, librosa's S, which must outlive this object.
class GivenSpectra {
 public:
  // S: [n_bins, n_frames], at least two bins. n_fft: that of the frequencies of the bins.
  GivenSpectra(const Matrix<float>& S, std::size_t n_fft, Given given)
      : S_(&S), n_fft_(n_fft), given_(given) {}

  [[nodiscard]] std::size_t n_fft() const { return n_fft_; }
  [[nodiscard]] std::size_t n_bins() const { return S_->n_rows; }
  [[nodiscard]] std::size_t n_frames() const { return S_->n_columns; }

  // Calls f(SpectraBlock) for each block. Of powers, there are no magnitudes.
  template <class F>
  void for_each_block(const F& f) const {
    std::vector<FrameValues> values(n_bins()), squares(given_ == Given::kMagnitude ? n_bins() : 0);
    for (std::size_t first = 0; first < n_frames(); first += kBlockFrames) {
      const std::size_t n = std::min(kBlockFrames, n_frames() - first);
      read(first, n, values, squares);
      if (given_ == Given::kPower) {
        f(SpectraBlock{.first = first, .n = n, .magnitude = {}, .power = values});
      } else {
        f(SpectraBlock{.first = first, .n = n, .magnitude = values, .power = squares});
      }
    }
  }

 private:
  // Copies frames of S; the other columns of values become 0.
  void read(std::size_t first, std::size_t n, std::span<FrameValues> values,
            std::span<FrameValues> squares) const;

  const Matrix<float>* S_;
  std::size_t n_fft_;
  Given given_;
};

// What the features of a clip, or of S, are computed of. n_fft is that of the options, or of S if
// its number of bins is another, as in librosa.
[[nodiscard]] Result<ClipSpectra> spectra_of(std::span<const float> y, const StftOptions& options);
[[nodiscard]] Result<GivenSpectra> spectra_of(const Matrix<float>& S, const StftOptions& options,
                                              Given given = Given::kMagnitude);

// The same, and no value of S is negative. The magnitudes of a clip never are.
[[nodiscard]] Result<ClipSpectra> magnitudes_of(std::span<const float> y,
                                                const StftOptions& options);
[[nodiscard]] Result<GivenSpectra> magnitudes_of(const Matrix<float>& S,
                                                 const StftOptions& options);

// Copies the first block.n values to the columns of the block in a row of a matrix.
inline void copy_to(std::span<float> row, const SpectraBlock& block, const FrameValues& values) {
  std::copy_n(values.begin(), block.n, row.begin() + static_cast<std::ptrdiff_t>(block.first));
}

}  // namespace genre::librosa
