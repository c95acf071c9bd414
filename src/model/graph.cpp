#include "model/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace genre::model {

std::optional<std::vector<std::int64_t>> float_shape(const onnx::ValueInfoProto& value) {
  const auto& type = value.type().tensor_type();
  if (type.elem_type() != onnx::TensorProto::FLOAT) return std::nullopt;
  std::vector<std::int64_t> shape;
  for (const auto& dimension : type.shape().dim()) {
    shape.push_back(dimension.dim_value() > 0 ? dimension.dim_value() : -1);
  }
  return shape;
}

std::optional<std::size_t> row_size(const onnx::ValueInfoProto& value) {
  const auto shape = float_shape(value);
  if (!shape || shape->size() != 2 || shape->back() < 0) return std::nullopt;
  return static_cast<std::size_t>(shape->back());
}

std::string describe(const onnx::ValueInfoProto& value) {
  const auto shape = float_shape(value);
  if (!shape) return "not float";
  std::vector<std::string> sizes;
  for (std::size_t i = 0; i < shape->size(); ++i) {
    sizes.push_back(i == 0 ? "N" : (*shape)[i] < 0 ? "any" : std::to_string((*shape)[i]));
  }
  return fmt::format("float [{}]", fmt::join(sizes, ", "));
}

std::vector<const onnx::ValueInfoProto*> fed_inputs(const onnx::GraphProto& graph) {
  std::set<std::string> weights;
  for (const auto& initializer : graph.initializer()) weights.insert(initializer.name());
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const auto& input : graph.input()) {
    if (!weights.contains(input.name())) inputs.push_back(&input);
  }
  return inputs;
}

}  // namespace genre::model
