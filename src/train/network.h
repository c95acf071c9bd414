// The seed network: Dense 512-256-128-64 with ReLU and dropout 0.3/0.3/0.2/0.1, then Dense
// n_labels.
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <vector>

#include "train/trained_network.h"

namespace genre::train {

struct SeedNetwork : torch::nn::Module {
  SeedNetwork(std::size_t n_features, std::size_t n_labels);

  // x: [batch_size, n_features], standardised. Returns logits, [batch_size, n_labels].
  torch::Tensor forward(torch::Tensor x);

  [[nodiscard]] std::vector<Layer> layers() const;

 private:
  std::vector<torch::nn::Linear> dense_;
};

}  // namespace genre::train
