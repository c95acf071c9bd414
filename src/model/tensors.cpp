#include "model/tensors.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

namespace genre::model {
namespace {

// Nothing if the product of the dimensions does not fit into an int32.
std::optional<std::int64_t> declared_values(const onnx::TensorProto& tensor) {
  std::int64_t values = 1;
  for (const std::int64_t dimension : tensor.dims()) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
    if (dimension < 0 || dimension > kMax || (values *= dimension) > kMax) return std::nullopt;
  }
  return values;
}

// The values are in the field of their type or, if that is empty, in raw_data.
std::optional<std::int64_t> present_values(const onnx::TensorProto& tensor) {
  const auto count = [&tensor](int typed, std::size_t width) {
    return typed > 0 ? typed : static_cast<std::int64_t>(tensor.raw_data().size() / width);
  };
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      return count(tensor.float_data_size(), 4);
    case onnx::TensorProto::DOUBLE:
      return count(tensor.double_data_size(), 8);
    case onnx::TensorProto::INT64:
      return count(tensor.int64_data_size(), 8);
    case onnx::TensorProto::INT32:
      return count(tensor.int32_data_size(), 4);
    case onnx::TensorProto::FLOAT16:
      return count(tensor.int32_data_size(), 2);
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT8:
      return count(tensor.int32_data_size(), 1);
    default:
      return std::nullopt;
  }
}

bool is_whole(const onnx::TensorProto& tensor) {
  const auto declared = declared_values(tensor);
  return declared && present_values(tensor) == declared;
}

bool are_whole(const onnx::AttributeProto& attribute) {
  return (!attribute.has_t() || is_whole(attribute.t())) &&
         std::ranges::all_of(attribute.tensors(), is_whole) &&
         (!attribute.has_g() || tensors_are_whole(attribute.g())) &&
         std::ranges::all_of(attribute.graphs(), tensors_are_whole);
}

}  // namespace

bool tensors_are_whole(const onnx::GraphProto& graph) {
  return std::ranges::all_of(graph.initializer(), is_whole) &&
         std::ranges::all_of(graph.node(), [](const onnx::NodeProto& node) {
           return std::ranges::all_of(node.attribute(), are_whole);
         });
}

}  // namespace genre::model
