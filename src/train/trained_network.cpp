#include "train/trained_network.h"

#include <torch/torch.h>

#include "train/tensors.h"

namespace genre::train {
namespace {

// x: standardised features.
torch::Tensor forward(const TrainedNetwork& network, torch::Tensor x) {
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const auto weights = torch::tensor(layer.weights)
                             .reshape({static_cast<std::int64_t>(layer.n_out),
                                       static_cast<std::int64_t>(layer.n_in)});
    x = torch::linear(i == 0 ? x : torch::relu(x), weights, torch::tensor(layer.bias));
  }
  return x;
}

}  // namespace

std::vector<float> logits(const TrainedNetwork& network, const dataset::Table& table,
                          std::span<const std::size_t> rows) {
  const torch::NoGradGuard no_grad;
  return to_vector(forward(network, inputs(table, rows, network.mean, network.std)));
}

evaluate::Answers answers(const TrainedNetwork& network, const dataset::Table& table,
                          std::span<const std::size_t> rows) {
  const torch::NoGradGuard no_grad;
  const auto x = inputs(table, rows, network.mean, network.std);
  return {to_vector(torch::softmax(forward(network, x), 1)), to_vector((x * x).mean(1)),
          network.window_correlation};
}

TrainedNetwork scaled(TrainedNetwork network, double temperature) {
  Layer& last = network.layers.back();
  for (float& weight : last.weights) weight = static_cast<float>(weight / temperature);
  for (float& bias : last.bias) bias = static_cast<float>(bias / temperature);
  return network;
}

}  // namespace genre::train
