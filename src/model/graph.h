// What an ONNX graph declares about its inputs and outputs.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace genre::model {

// The dimensions of a float tensor; -1 where any number is allowed. Nothing if it is no float
// tensor.
[[nodiscard]] std::optional<std::vector<std::int64_t>> float_shape(
    const onnx::ValueInfoProto& value);

// The size of each row of a float tensor [N, size]; nothing if it is none, or of any size.
[[nodiscard]] std::optional<std::size_t> row_size(const onnx::ValueInfoProto& value);

// "float [N, 128, -1]", for error messages.
[[nodiscard]] std::string describe(const onnx::ValueInfoProto& value);

// The inputs of the graph without the weights, which older files list as inputs too.
[[nodiscard]] std::vector<const onnx::ValueInfoProto*> fed_inputs(const onnx::GraphProto& graph);

}  // namespace genre::model
