// What OpenCV 4.6 takes on trust in an ONNX graph.
#pragma once

#include <onnx/onnx_pb.h>

namespace genre::model {

// Whether every tensor in the graph, weights and constants, is of a type that OpenCV reads and has
// as many values as its dimensions promise: OpenCV copies so many, there or not.
[[nodiscard]] bool tensors_are_whole(const onnx::GraphProto& graph);

}  // namespace genre::model
