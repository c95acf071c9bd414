#include "train/onnx_export.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <onnx/onnx_pb.h>

#include <vector>

#include "model/checksum.h"

namespace genre::train {
namespace {

// Versions that OpenCV 4.6 can read.
constexpr int kIrVersion = 8;
constexpr int kOpset = 13;

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

void add_tensor(onnx::GraphProto& graph, const std::string& name,
                std::initializer_list<std::size_t> shape, const std::vector<float>& values) {
  auto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::size_t size : shape) tensor.add_dims(static_cast<std::int64_t>(size));
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
}

onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& op,
                          std::initializer_list<std::string> inputs, const std::string& output) {
  auto& node = *graph.add_node();
  node.set_op_type(op);
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void set_int(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

void set_row_type(onnx::ValueInfoProto& value, const std::string& name, std::size_t size) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("N");
  type.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(size));
}

// The mean square of the standardised features.
void add_novelty(onnx::GraphProto& graph, const TrainedNetwork& network) {
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
  add_tensor(graph, "novelty.bias", {1}, {0});
  add_node(graph, "Mul", {"features", "standardise.scale"}, "scaled");
  add_node(graph, "Add", {"scaled", "standardise.shift"}, "standardised");
  add_node(graph, "Mul", {"standardised", "standardised"}, "squared");
  set_int(add_node(graph, "Gemm", {"squared", "novelty.weight", "novelty.bias"}, "novelty"),
          "transB", 1);
  set_row_type(*graph.add_output(), "novelty", 1);
}

std::string serialize(const onnx::ModelProto& model) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);  // the same seed and data give the same file
  model.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

std::string to_onnx(const TrainedNetwork& network,
                    const std::map<std::string, std::string>& metadata) {
  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("genre");
  model.add_opset_import()->set_version(kOpset);
  auto& graph = *model.mutable_graph();
  graph.set_name("genre");
  set_row_type(*graph.add_input(), "features", network.layers.front().n_in);

  std::string value = "features";
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

  add_novelty(graph, network);

  for (const auto& [key, text] : metadata) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(text);
  }
  return model::with_checksum(serialize(model));
}

}  // namespace genre::train
