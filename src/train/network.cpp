#include "train/network.h"

#include <array>

#include "train/tensors.h"

namespace genre::train {
namespace {

constexpr std::array<std::size_t, 4> kHidden = {512, 256, 128, 64};
constexpr std::array<double, 4> kDropout = {0.3, 0.3, 0.2, 0.1};

}  // namespace

SeedNetwork::SeedNetwork(std::size_t n_features, std::size_t n_labels) {
  std::size_t n_in = n_features;
  const auto add = [&](std::size_t n_out) {
    const auto in = static_cast<std::int64_t>(n_in), out = static_cast<std::int64_t>(n_out);
    auto& layer = dense_.emplace_back(torch::nn::Linear(in, out));
    // The initialization of a Dense layer in Keras.
    torch::nn::init::xavier_uniform_(layer->weight);
    torch::nn::init::zeros_(layer->bias);
    register_module("dense" + std::to_string(dense_.size()), layer);
    n_in = n_out;
  };
  for (const std::size_t n_out : kHidden) add(n_out);
  add(n_labels);
}

torch::Tensor SeedNetwork::forward(torch::Tensor x) {
  for (std::size_t i = 0; i < kHidden.size(); ++i) {
    x = torch::relu(dense_[i]->forward(x));
    x = torch::dropout(x, kDropout[i], is_training());
  }
  return dense_.back()->forward(x);
}

std::vector<Layer> SeedNetwork::layers() const {
  std::vector<Layer> layers;
  for (const auto& dense : dense_) {
    layers.push_back({.n_in = static_cast<std::size_t>(dense->weight.size(1)),
                      .n_out = static_cast<std::size_t>(dense->weight.size(0)),
                      .weights = to_vector(dense->weight),
                      .bias = to_vector(dense->bias)});
  }
  return layers;
}

}  // namespace genre::train
