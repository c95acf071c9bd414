// The samples of a file at its own rate, for inputs that take another rate than the windows have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "genre/audio.h"
#include "genre/model.h"
#include "predict/excerpts.h"
#include "predict/window_inputs.h"

namespace genre::predict {

class SourceAudio {
 public:
  // If not all samples will be added, the pieces for the inputs that are the same for all windows
  // are read from the file.
  struct File {
    std::function<Result<AudioStream>()> open;  // once more, at its own rate
    std::optional<double> duration = {};        // s, if no header tells it
  };

  // sr: of the file (Hz).
  SourceAudio(const ModelInfo& model, int sr, std::optional<File> file = {});

  // first: the number of the first sample. Samples before it that were not added are none of a
  // window.
  void add(std::int64_t first, std::span<const float> y);

  // The samples from start to end (s), as far as they are added; valid until add. Those before
  // start are forgotten, so windows must come in their order. None if no input of a window needs
  // them.
  [[nodiscard]] Samples window(double start, double end);

  // Computes one more value of the inputs that are the same for all windows, once all samples are
  // added. Returns whether there are more. Errors: those of AudioStream, if it reads the file.
  [[nodiscard]] Result<bool> compute_next(WindowInputs& inputs);

  // Of such an input, after that; empty for other inputs.
  [[nodiscard]] std::span<const float> values(std::size_t input) const;

 private:
  struct WholeFile {
    std::size_t input;
    Excerpts excerpts;
    std::size_t n_done = 0;
    std::vector<float> values = {};  // the sum over the excerpts done; at the end the mean
    // If the pieces are read from the file:
    std::optional<AudioStream> stream = {};
    std::vector<Excerpts::Span> spans = {};
    std::vector<float> piece = {};
  };

  [[nodiscard]] Result<void> open(WholeFile& input) const;
  // Piece n_done of n_pieces; empty if the file ends before it.
  [[nodiscard]] Result<std::span<const float>> next_piece(WholeFile& input) const;
  [[nodiscard]] std::size_t n_pieces(const WholeFile& input) const;

  int sr_;
  std::optional<File> file_;
  bool keeps_windows_ = false;  // an input of windows needs them
  std::vector<float> y_;        // from first_ on
  std::size_t first_ = 0;       // samples forgotten
  std::vector<WholeFile> whole_file_;
};

}  // namespace genre::predict
