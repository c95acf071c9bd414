// Writes ONNX graphs that OpenCV 4.6 can read.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <variant>

namespace genre::model {

// A model without nodes.
[[nodiscard]] onnx::ModelProto empty_model();

// Adds weights. values: as many as the shape says.
void add_tensor(onnx::GraphProto& graph, const std::string& name,
                std::initializer_list<std::size_t> shape, std::span<const float> values);

// Adds a node with the name of its only output.
onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& op,
                          std::initializer_list<std::string> inputs, const std::string& output);

void set_int(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void set_float(onnx::NodeProto& node, const std::string& name, float value);
void set_ints(onnx::NodeProto& node, const std::string& name,
              std::initializer_list<std::int64_t> values);

// A size, or the name of one that is not fixed, such as "N".
using Dimension = std::variant<std::string, std::size_t>;
// Makes an input or output of the graph a float tensor of this shape.
void set_type(onnx::ValueInfoProto& value, const std::string& name,
              std::initializer_list<Dimension> shape);
// [N, size]
void set_row_type(onnx::ValueInfoProto& value, const std::string& name, std::size_t size);

// The bytes of the model's file, with the metadata and a checksum (checksum.h). The same model
// gives the same bytes.
[[nodiscard]] std::string to_file(onnx::ModelProto model,
                                  const std::map<std::string, std::string>& metadata);

}  // namespace genre::model
