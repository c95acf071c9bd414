// The samples of a file at its own rate, for inputs that take another rate than the windows have.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "genre/model.h"
#include "predict/excerpts.h"
#include "predict/window_inputs.h"

namespace genre::predict {

class SourceAudio {
 public:
  // sr: of the file (Hz).
  SourceAudio(const ModelInfo& model, int sr);

  void add(std::span<const float> y);

  // The samples from start to end (s), as far as they are added; valid until add. Those before
  // start are forgotten, so windows must come in their order. None if no input of a window needs
  // them.
  [[nodiscard]] Samples window(double start, double end);

  // Computes one more value of the inputs that are the same for all windows, once all samples are
  // added. Returns whether there are more.
  [[nodiscard]] bool compute_next(WindowInputs& inputs);

  // Of such an input, after that; empty for other inputs.
  [[nodiscard]] std::span<const float> values(std::size_t input) const;

 private:
  struct WholeFile {
    std::size_t input;
    Excerpts excerpts;
    std::size_t n_done = 0;
    std::vector<float> values = {};  // the sum over the excerpts done; at the end the mean
  };

  int sr_;
  bool keeps_windows_ = false;
  std::vector<float> y_;   // from first_ on
  std::size_t first_ = 0;  // samples forgotten
  std::vector<WholeFile> whole_file_;
};

}  // namespace genre::predict
