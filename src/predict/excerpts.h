// Pieces of a file that are spread evenly over it, while it is read and its length is not known.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "genre/model.h"

namespace genre::predict {

// Keeps about twice the pieces that are asked for. Each time there are more, it drops every second
// one and then keeps pieces at twice the distance, so that those it has always cover the file.
class Excerpts {
 public:
  // sr: of the samples (Hz).
  Excerpts(const NetworkInput::Excerpts& options, int sr);

  void add(std::span<const float> y);

  // The pieces, once all samples are added: n of them, or all if there are fewer. The last piece of
  // a file counts if it is at least half as long as the others, and the first always.
  [[nodiscard]] std::vector<std::span<const float>> pieces() const;

  // Where these pieces are in a file with this many samples.
  struct Span {
    std::size_t start, length;
  };
  [[nodiscard]] std::vector<Span> spans(std::size_t n_samples) const;

 private:
  std::size_t n_;             // pieces to return
  std::size_t capacity_;      // pieces to keep
  std::size_t length_;        // samples of each
  std::size_t stride_;        // from the start of a piece to that of the next, in samples
  std::size_t position_ = 0;  // samples added
  std::vector<std::vector<float>> kept_;  // the i-th starts at i * stride_
};

}  // namespace genre::predict
