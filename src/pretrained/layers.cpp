#include "pretrained/layers.h"

#include <vector>

#include "model/onnx_writer.h"

namespace genre::pretrained {
namespace {

std::int64_t signed_of(std::size_t size) { return static_cast<std::int64_t>(size); }

}  // namespace

std::string add_operator(onnx::GraphProto& graph, const std::string& op,
                         std::initializer_list<std::string> inputs, const std::string& output) {
  model::add_node(graph, op, inputs, output);
  return output;
}

std::string add_convolution(onnx::GraphProto& graph, const std::string& name,
                            const std::string& input, const Convolution& convolution,
                            std::span<const float> weights, std::span<const float> bias) {
  const Convolution& c = convolution;
  model::add_tensor(graph, name + ".weight", {c.n_out, c.n_in / c.n_groups, c.height, c.width},
                    weights);
  model::add_tensor(graph, name + ".bias", {c.n_out}, bias);
  auto& node = model::add_node(graph, "Conv", {input, name + ".weight", name + ".bias"}, name);
  const auto pad_height = signed_of(c.pad_height), pad_width = signed_of(c.pad_width);
  model::set_ints(node, "kernel_shape", {signed_of(c.height), signed_of(c.width)});
  model::set_ints(node, "pads", {pad_height, pad_width, pad_height, pad_width});
  model::set_ints(node, "strides", {signed_of(c.stride), signed_of(c.stride)});
  model::set_int(node, "group", signed_of(c.n_groups));
  return name;
}

std::string add_dense(onnx::GraphProto& graph, const std::string& name, const std::string& input,
                      std::span<const float> weights, std::span<const float> bias) {
  model::add_tensor(graph, name + ".weight", {bias.size(), weights.size() / bias.size()}, weights);
  model::add_tensor(graph, name + ".bias", {bias.size()}, bias);
  // OpenCV 4.6 supports Gemm with transB 1 only.
  model::set_int(model::add_node(graph, "Gemm", {input, name + ".weight", name + ".bias"}, name),
                 "transB", 1);
  return name;
}

std::string add_batch_norm(onnx::GraphProto& graph, const std::string& name,
                           const std::string& input, const BatchNorm& norm) {
  const std::size_t n = norm.scale.size();
  const auto add = [&](const std::string& part, const std::vector<double>& values) {
    model::add_tensor(graph, name + part, {n}, std::vector<float>(values.begin(), values.end()));
  };
  add(".scale", norm.scale);
  add(".shift", norm.shift);
  // The scale has the variance in it, and the shift the mean.
  add(".mean", std::vector<double>(n, 0));
  add(".variance", std::vector<double>(n, 1));
  auto& node = model::add_node(
      graph, "BatchNormalization",
      {input, name + ".scale", name + ".shift", name + ".mean", name + ".variance"}, name);
  model::set_float(node, "epsilon", 0);
  return name;
}

}  // namespace genre::pretrained
