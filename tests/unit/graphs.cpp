#include "graphs.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "noise.h"

namespace genre::test {
namespace {

using model::add_node;
using model::add_tensor;
using model::Dimension;
using model::set_int;

void declare(onnx::ValueInfoProto& value, const std::string& name,
             const std::vector<Dimension>& shape) {
  model::set_row_type(value, name, 1);
  auto& sizes = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
  sizes.clear_dim();
  sizes.add_dim()->set_dim_param("N");
  for (const Dimension& dimension : shape) {
    if (const auto* size = std::get_if<std::size_t>(&dimension)) {
      sizes.add_dim()->set_dim_value(static_cast<std::int64_t>(*size));
    } else {
      sizes.add_dim()->set_dim_param(std::get<std::string>(dimension));
    }
  }
}

void add_dense(onnx::GraphProto& graph, const std::string& input, std::size_t size,
               const std::string& output) {
  const std::string weights = output + ".weight", bias = output + ".bias";
  add_tensor(graph, weights, {2, size}, weights_of(size));
  add_tensor(graph, bias, {2}, std::vector<float>(2));
  set_int(add_node(graph, "Gemm", {input, weights, bias}, output), "transB", 1);
}

}  // namespace

std::vector<float> weights_of(std::size_t size, unsigned seed) {
  auto weights = uniform_noise(2 * size, seed);
  for (float& weight : weights) weight /= static_cast<float>(size);
  return weights;
}

std::vector<float> product(const std::vector<float>& weights, const std::vector<float>& values) {
  std::vector<float> result(2);
  for (std::size_t row = 0; row < 2; ++row) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += static_cast<double>(weights[row * values.size() + i]) * values[i];
    }
    result[row] = static_cast<float>(sum);
  }
  return result;
}

onnx::ModelProto linear_model(const std::string& input, const std::vector<Dimension>& shape,
                              bool pooled) {
  onnx::ModelProto model = model::empty_model();
  auto& graph = *model.mutable_graph();
  declare(*graph.add_input(), input, shape);
  std::size_t size = 1;
  std::string value = input;
  if (pooled) {
    add_node(graph, "GlobalAveragePool", {input}, "pooled");
    value = "pooled";
  } else {
    for (const Dimension& dimension : shape) size *= std::get<std::size_t>(dimension);
  }
  if (shape.size() > 1) {
    set_int(add_node(graph, "Flatten", {value}, "flat"), "axis", 1);
    value = "flat";
  }
  add_dense(graph, value, size, "logits");
  model::set_row_type(*graph.add_output(), "logits", 2);
  return model;
}

onnx::ModelProto two_inputs(const std::string& a, std::size_t size_a, const std::string& b,
                            std::size_t size_b) {
  onnx::ModelProto model = model::empty_model();
  auto& graph = *model.mutable_graph();
  declare(*graph.add_input(), a, {size_a});
  declare(*graph.add_input(), b, {size_b});
  add_dense(graph, a, size_a, "of_a");
  add_dense(graph, b, size_b, "of_b");
  add_node(graph, "Add", {"of_a", "of_b"}, "logits");
  model::set_row_type(*graph.add_output(), "logits", 2);
  return model;
}

std::vector<std::byte> file_of(const onnx::ModelProto& model,
                               const std::map<std::string, std::string>& metadata) {
  const std::string file = model::to_file(model, metadata);
  std::vector<std::byte> bytes(file.size());
  std::memcpy(bytes.data(), file.data(), file.size());
  return bytes;
}

}  // namespace genre::test
