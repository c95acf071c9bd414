// Checks the tensors of an ONNX graph, which OpenCV 4.6 does not.
#pragma once

#include <onnx/onnx_pb.h>

namespace genre::model {

// Whether every tensor in the graph (weights and constants) has a type that OpenCV reads and as
// many values as its dimensions declare. OpenCV copies the declared number without a check.
[[nodiscard]] bool tensors_are_whole(const onnx::GraphProto& graph);

}  // namespace genre::model
