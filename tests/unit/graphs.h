// Small ONNX models made in memory, for tests. Each is linear, so that its result can be computed.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "model/onnx_writer.h"

namespace genre::test {

// Conv over the whole patch with fixed weights and two outputs: row-major [2, size], from a seed.
[[nodiscard]] std::vector<float> weights_of(std::size_t size, unsigned seed = 1);

// weights @ values, [2].
[[nodiscard]] std::vector<float> product(const std::vector<float>& weights,
                                         const std::vector<float>& values);

// logits = weights_of(size) @ input for an input of this shape without N. With pooled, the graph is
// logits = weights_of(1) * mean over all values of an image, which may have any size.
[[nodiscard]] onnx::ModelProto linear_model(const std::string& input,
                                            const std::vector<model::Dimension>& shape,
                                            bool pooled = false);

// logits = the sum of linear models of two inputs [N, size_a] and [N, size_b].
[[nodiscard]] onnx::ModelProto two_inputs(const std::string& a, std::size_t size_a,
                                          const std::string& b, std::size_t size_b);

[[nodiscard]] std::vector<std::byte> file_of(const onnx::ModelProto& model,
                                             const std::map<std::string, std::string>& metadata);

}  // namespace genre::test
