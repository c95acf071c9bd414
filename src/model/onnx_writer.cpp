#include "model/onnx_writer.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "model/checksum.h"

namespace genre::model {
namespace {

// Versions that OpenCV 4.6 can read.
constexpr int kIrVersion = 8;
constexpr int kOpset = 13;

std::string serialize(const onnx::ModelProto& model) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);  // the same seed and data give the same file
  model.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

onnx::ModelProto empty_model() {
  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("genre");
  model.add_opset_import()->set_version(kOpset);
  model.mutable_graph()->set_name("genre");
  return model;
}

void add_tensor(onnx::GraphProto& graph, const std::string& name,
                std::initializer_list<std::size_t> shape, std::span<const float> values) {
  auto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::size_t size : shape) tensor.add_dims(static_cast<std::int64_t>(size));
  tensor.set_raw_data(values.data(), values.size_bytes());
}

onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& op,
                          std::initializer_list<std::string> inputs, const std::string& output) {
  auto& node = *graph.add_node();
  node.set_op_type(op);
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void set_int(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

void set_float(onnx::NodeProto& node, const std::string& name, float value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

void set_ints(onnx::NodeProto& node, const std::string& name,
              std::initializer_list<std::int64_t> values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void set_type(onnx::ValueInfoProto& value, const std::string& name,
              std::initializer_list<Dimension> shape) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  for (const Dimension& dimension : shape) {
    auto& added = *type.mutable_shape()->add_dim();
    if (const auto* size = std::get_if<std::size_t>(&dimension)) {
      added.set_dim_value(static_cast<std::int64_t>(*size));
    } else {
      added.set_dim_param(std::get<std::string>(dimension));
    }
  }
}

void set_row_type(onnx::ValueInfoProto& value, const std::string& name, std::size_t size) {
  set_type(value, name, {"N", size});
}

std::string to_file(onnx::ModelProto model, const std::map<std::string, std::string>& metadata) {
  for (const auto& [key, text] : metadata) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(text);
  }
  return with_checksum(serialize(model));
}

}  // namespace genre::model
