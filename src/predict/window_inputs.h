// The inputs of a model for one window of a file.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "genre/model.h"
#include "predict/embedding.h"
#include "predict/input_values.h"

namespace genre::predict {

// Whether the inputs of a window need the samples at the file's own rate, beside those at
// ModelInfo::sample_rate.
[[nodiscard]] bool needs_source(const ModelInfo& model);

// Holds scratch memory and running networks, so use it from one thread only.
class WindowInputs {
 public:
  explicit WindowInputs(const Model& model) : WindowInputs(model.info().inputs, model.networks()) {}
  WindowInputs(std::span<const ModelInput> inputs,
               const std::map<std::string, std::shared_ptr<const Model>>& networks);

  // window: at ModelInfo::sample_rate. source: the same piece at the file's own rate, if
  // needs_source. Inputs that are the same for all windows of a file are left out.
  void compute(const Samples& window, const Samples& source);

  // The number of patches of the last window, at least 1.
  [[nodiscard]] std::size_t n_patches() const { return n_patches_; }
  // Of the last window; empty if the input is the same for all windows of the file.
  [[nodiscard]] std::span<const float> values(std::size_t input, std::size_t patch) const;

  // All of them: [n_patches][n_inputs].
  [[nodiscard]] std::vector<std::vector<std::vector<float>>> copy() const;

  // Of an input that is a network.
  [[nodiscard]] Embedding& embedding(std::size_t input) { return *inputs_[input].embedding; }

 private:
  struct Input {
    std::optional<InputValues> values;     // features or patches
    std::shared_ptr<Embedding> embedding;  // a network
    bool whole_file = false;
    std::vector<float> embedded = {};  // of the last window
  };

  std::vector<Input> inputs_;
  std::size_t n_patches_ = 1;
  std::vector<float> resampled_;
};

}  // namespace genre::predict
