#include "train/onnx_export.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "model/onnx_writer.h"
#include "model/shape.h"

namespace genre::train {
namespace {

using model::add_node;
using model::add_tensor;
using model::set_int;
using model::set_row_type;

// weights (x - mean) / std + bias = (weights / std) x + (bias - weights mean / std).
Layer fold_standardisation(const TrainedNetwork& network) {
  Layer layer = network.layers.front();
  for (std::size_t out = 0; out < layer.n_out; ++out) {
    double bias = layer.bias[out];
    for (std::size_t in = 0; in < layer.n_in; ++in) {
      float& weight = layer.weights[out * layer.n_in + in];
      const double folded = weight / network.std[in];
      bias -= folded * network.mean[in];
      weight = static_cast<float>(folded);
    }
    layer.bias[out] = static_cast<float>(bias);
  }
  return layer;
}

// Adds the inputs of the graph. Returns the name of the features.
std::string add_inputs(onnx::GraphProto& graph, std::span<const ModelInput> inputs,
                       std::size_t n_features) {
  if (inputs.empty()) {
    set_row_type(*graph.add_input(), "features", n_features);
    return "features";
  }
  for (const ModelInput& input : inputs) {
    const auto size = model::size_of(model::shape_of(input));
    set_row_type(*graph.add_input(), input.name, size);
  }
  if (inputs.size() == 1) return inputs.front().name;
  auto& concat = add_node(graph, "Concat", {}, "features");
  for (const ModelInput& input : inputs) concat.add_input(input.name);
  set_int(concat, "axis", 1);
  return "features";
}

// The mean square of the standardised features.
void add_novelty(onnx::GraphProto& graph, const TrainedNetwork& network,
                 const std::string& features) {
  const std::size_t n = network.mean.size();
  std::vector<float> scale(n), shift(n);
  for (std::size_t i = 0; i < n; ++i) {
    scale[i] = static_cast<float>(1 / network.std[i]);
    shift[i] = static_cast<float>(-network.mean[i] / network.std[i]);
  }
  // OpenCV 4.6 adds a constant of shape [n] to any number of rows, but one of [1, n] only to one.
  add_tensor(graph, "standardise.scale", {n}, scale);
  add_tensor(graph, "standardise.shift", {n}, shift);
  add_tensor(graph, "novelty.weight", {1, n}, std::vector<float>(n, 1 / static_cast<float>(n)));
  add_tensor(graph, "novelty.bias", {1}, std::array{0.0F});
  add_node(graph, "Mul", {features, "standardise.scale"}, "scaled");
  add_node(graph, "Add", {"scaled", "standardise.shift"}, "standardised");
  add_node(graph, "Mul", {"standardised", "standardised"}, "squared");
  set_int(add_node(graph, "Gemm", {"squared", "novelty.weight", "novelty.bias"}, "novelty"),
          "transB", 1);
  set_row_type(*graph.add_output(), "novelty", 1);
}

}  // namespace

std::string to_onnx(const TrainedNetwork& network,
                    const std::map<std::string, std::string>& metadata,
                    std::span<const ModelInput> inputs) {
  onnx::ModelProto model = model::empty_model();
  auto& graph = *model.mutable_graph();
  const std::string features = add_inputs(graph, inputs, network.layers.front().n_in);

  std::string value = features;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer layer = i == 0 ? fold_standardisation(network) : network.layers[i];
    const std::string dense = fmt::format("dense{}", i + 1);
    add_tensor(graph, dense + ".weight", {layer.n_out, layer.n_in}, layer.weights);
    add_tensor(graph, dense + ".bias", {layer.n_out}, layer.bias);
    set_int(add_node(graph, "Gemm", {value, dense + ".weight", dense + ".bias"}, dense), "transB",
            1);
    value = dense;
    if (i + 1 == network.layers.size()) break;
    value = fmt::format("relu{}", i + 1);
    add_node(graph, "Relu", {dense}, value);
  }
  set_int(add_node(graph, "Softmax", {value}, "certainties"), "axis", 1);
  set_row_type(*graph.add_output(), "certainties", network.layers.back().n_out);

  add_novelty(graph, network, features);
  if (network.none) {
    add_tensor(graph, "none.weight", {1, network.none->n_in}, network.none->weights);
    add_tensor(graph, "none.bias", {1}, network.none->bias);
    set_int(add_node(graph, "Gemm", {features, "none.weight", "none.bias"}, "none"), "transB", 1);
    set_row_type(*graph.add_output(), "none", 1);
  }

  return model::to_file(std::move(model), metadata);
}

}  // namespace genre::train
