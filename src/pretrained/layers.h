// The layers of networks as ONNX nodes. Each function returns the name of the node's output.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>

#include "pretrained/weights.h"

namespace genre::pretrained {

struct Convolution {
  std::size_t n_out, n_in;                    // channels
  std::size_t height, width;                  // of the kernel
  std::size_t pad_height = 0, pad_width = 0;  // zeros on each side
  std::size_t stride = 1;
  std::size_t n_groups = 1;

  [[nodiscard]] std::size_t n_weights() const { return n_out * n_in / n_groups * height * width; }
};

// An operator without attributes.
std::string add_operator(onnx::GraphProto& graph, const std::string& op,
                         std::initializer_list<std::string> inputs, const std::string& output);

// weights: [n_out, n_in / n_groups, height, width]; bias: [n_out].
std::string add_convolution(onnx::GraphProto& graph, const std::string& name,
                            const std::string& input, const Convolution& convolution,
                            std::span<const float> weights, std::span<const float> bias);

// A fully connected layer. weights: [n_out, n_in]; bias: [n_out].
std::string add_dense(onnx::GraphProto& graph, const std::string& name, const std::string& input,
                      std::span<const float> weights, std::span<const float> bias);

// Over the channels of [N, n_channels] or [N, n_channels, height, width].
std::string add_batch_norm(onnx::GraphProto& graph, const std::string& name,
                           const std::string& input, const BatchNorm& norm);

}  // namespace genre::pretrained
