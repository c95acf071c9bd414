// The inputs of a model for each window of a file, one after the other: what a model is trained on.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "genre/audio.h"
#include "genre/model.h"
#include "genre/predictor.h"
#include "genre/result.h"
#include "predict/window_inputs.h"

namespace genre::predict {

// Use it from one thread only.
class InputRows {
 public:
  // inputs: feature sets and networks, because a patch input can have several patches a window.
  InputRows(std::vector<ModelInput> inputs,
            const std::map<std::string, std::shared_ptr<const Model>>& networks);

  // Of the stream that read() takes (Hz).
  [[nodiscard]] int sample_rate() const { return info_.sample_rate(); }
  // The size of a row.
  [[nodiscard]] std::size_t n_values() const { return n_values_; }

  struct Rows {
    std::vector<std::vector<float>> values;  // of the windows that are not silent
    double seconds = 0;                      // of audio read
  };
  // Reads a stream from its start. The values are those that Predictor
  // computes. Errors: those of AudioStream. Throws cv::Exception if a network cannot take a window.
  [[nodiscard]] Result<Rows> read(AudioStream& stream, const WindowOptions& options);

 private:
  ModelInfo info_;  // only with inputs
  WindowInputs inputs_;
  std::size_t n_values_ = 0;
};

}  // namespace genre::predict
