// What a network makes of a piece of audio, as an input of another model.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "genre/model.h"
#include "model/network.h"
#include "predict/input_values.h"

namespace genre::predict {

// Samples at a rate.
struct Samples {
  std::span<const float> y;  // [n_samples], mono
  int sr = 0;                // Hz
};

// y at sr (Hz): the same samples if that is their rate, else converted in storage.
[[nodiscard]] std::span<const float> at_rate(const Samples& samples, int sr,
                                             std::vector<float>& storage);

// The columns of tables of embeddings: embedding1, embedding2 ...
[[nodiscard]] std::vector<std::string> embedding_names(std::size_t n_values);

// Use it from one thread only.
class Embedding {
 public:
  Embedding(const NetworkInput& input, const Model& network);

  // The network's outputs for the piece, [NetworkInput::size]; the mean over patches if there are
  // several. Throws cv::Exception if the network cannot take the piece.
  [[nodiscard]] std::vector<float> compute(const Samples& piece);

 private:
  InputValues values_;
  model::Network network_;
  std::vector<float> resampled_;
};

}  // namespace genre::predict
