#include "server/api/inference_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "server/api/bounded_json.h"

namespace genre::server {
namespace {

using Json = nlohmann::json;
using Wrong = tl::unexpected<std::string>;

// The size of the JSON at the start of the body.
Parsed<std::size_t> json_size(std::size_t body_size, std::string_view header_length) {
  if (header_length.empty()) return body_size;
  std::size_t size = 0;
  const char* const end = header_length.data() + header_length.size();
  const auto [rest, error] = std::from_chars(header_length.data(), end, size);
  if (error != std::errc() || rest != end || size > body_size) {
    return Wrong(
        fmt::format("{} must be the size of the JSON in bytes, at most {}, the size of the body.",
                    kInferenceHeaderLength, body_size));
  }
  return size;
}

// Null if json is not an object or has no such member.
const Json* member(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

const Json* parameter(const Json& json, const char* name) {
  const Json* parameters = member(json, "parameters");
  return parameters ? member(*parameters, name) : nullptr;
}

Parsed<bool> flag(const Json& json, const char* name, bool fallback) {
  const Json* value = parameter(json, name);
  if (!value) return fallback;
  if (!value->is_boolean())
    return Wrong(fmt::format("The parameter {} must be true or false.", name));
  return value->get<bool>();
}

// The tensor with the name in the member "name" of json.
Parsed<Tensor> find_tensor(const Json& json, const std::vector<Tensor>& known,
                           std::string_view kind) {
  const Json* name = member(json, "name");
  const auto found = std::ranges::find_if(
      known, [name](const Tensor& tensor) { return name && *name == tensor.name; });
  if (found != known.end()) return *found;
  std::string names;
  for (const Tensor& tensor : known) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", tensor.name);
  }
  return Wrong(
      fmt::format("Each element of {}s must be an object whose name is one of: {}.", kind, names));
}

// Checks datatype and shape, and returns N.
Parsed<std::size_t> read_shape(const Json& input, const Tensor& tensor) {
  const Json* datatype = member(input, "datatype");
  const Json* shape = member(input, "shape");
  if (datatype && *datatype == tensor.datatype && shape && shape->is_array() && !shape->empty() &&
      shape->front().is_number_unsigned()) {
    const auto n = shape->front().get<std::uint64_t>();
    const bool column = !tensor.n_columns && *shape == Json::array({n, 1});  // of [N, 1]
    if (n >= 1 && n <= kMaxBatch && (column || *shape == tensor.shape(static_cast<int>(n)))) {
      return n;
    }
  }
  const auto shapes =
      tensor.n_columns ? fmt::format("[N, {}]", *tensor.n_columns) : "[N] or [N, 1]";
  return Wrong(fmt::format("The input {} must have datatype {} and shape {} with N from 1 to {}.",
                           tensor.name, tensor.datatype, shapes, kMaxBatch));
}

// input: its strings are moved from. binary: the bytes after the JSON object.
Parsed<void> read_input(Json& input, std::span<const std::byte> binary, const ModelInfo& model,
                        InferenceRequest& request) {
  const auto tensor = find_tensor(input, input_tensors(model), "input");
  if (!tensor) return tl::make_unexpected(tensor.error());
  const auto n = read_shape(input, *tensor);
  if (!n) return tl::make_unexpected(n.error());

  const auto store = [](auto& member) {
    return [&member](auto elements) { member = std::move(elements); };
  };
  const auto read = [&](auto& data) {
    return tensor->n_columns
               ? read_features(data, *n, *tensor->n_columns).map(store(request.features))
               : read_audio(data, *n).map(store(request.audio));
  };
  const auto data = input.find("data");
  const bool has_data = data != input.end();
  const Json* size = parameter(input, "binary_data_size");
  if (size && !has_data && size->is_number_unsigned() && *size == binary.size()) {
    return read(binary);
  }
  if (has_data && !size && binary.empty()) return read(*data);
  return Wrong(fmt::format(
      "The input {0} must have its data either in the JSON, with no bytes after the JSON, or after "
      "the JSON, with binary_data_size. The size of the JSON is {2}, or all of the body without "
      "it; "
      "{1} bytes follow, so binary_data_size must be {1}.",
      tensor->name, binary.size(), kInferenceHeaderLength));
}

// The parameter of the classification extension, at most the number of labels. 0 without it.
Parsed<std::size_t> class_count(const Json& output, const Tensor& tensor, const ModelInfo& model) {
  const Json* count = parameter(output, "classification");
  if (!count) return 0;
  if (tensor.name == kCertainties && count->is_number_unsigned() && *count > 0) {
    return std::min(count->get<std::size_t>(), model.labels.size());
  }
  return Wrong(fmt::format(
      "The parameter classification must be an integer, 1 or more, and only {} can have it.",
      kCertainties));
}

Parsed<void> read_outputs(const Json& json, const ModelInfo& model, InferenceRequest& request) {
  const auto known = output_tensors(model);
  const auto binary = flag(json, "binary_data_output", false);
  if (!binary) return tl::make_unexpected(binary.error());
  const Json* outputs = member(json, "outputs");
  if (!outputs || outputs->empty()) {
    for (const Tensor& tensor : known) request.outputs.push_back({tensor, *binary});
    return {};
  }
  if (!outputs->is_array() || outputs->size() > known.size()) {
    return Wrong(fmt::format("outputs must be an array of at most {} objects.", known.size()));
  }
  for (const Json& output : *outputs) {
    const auto tensor = find_tensor(output, known, "output");
    if (!tensor) return tl::make_unexpected(tensor.error());
    const auto own = flag(output, "binary_data", *binary);
    if (!own) return tl::make_unexpected(own.error());
    const auto n_classes = class_count(output, *tensor, model);
    if (!n_classes) return tl::make_unexpected(n_classes.error());
    request.outputs.push_back({*tensor, *own, *n_classes});
  }
  return {};
}

}  // namespace

Parsed<InferenceRequest> parse_inference_request(std::span<const std::byte> body,
                                                 std::string_view header_length,
                                                 const ModelInfo& model,
                                                 const std::stop_token& stop) {
  const auto size = json_size(body.size(), header_length);
  if (!size) return tl::make_unexpected(size.error());
  auto json = parse_bounded_json({reinterpret_cast<const char*>(body.data()), *size}, stop);
  if (!json) return tl::make_unexpected(json.error());

  InferenceRequest request;
  if (const Json* id = member(*json, "id")) {
    if (!id->is_string()) return Wrong("id must be a string.");
    request.id = id->get<std::string>();
  }
  if (parameter(*json, "strict")) {
    const auto strict = flag(*json, "strict", false);
    if (!strict) return tl::make_unexpected(strict.error());
    request.strict = *strict;
  }
  const auto inputs = json->find("inputs");
  if (inputs == json->end() || !inputs->is_array() || inputs->size() != 1) {
    return Wrong(fmt::format("inputs must be an array of one object: audio{}.",
                             model.only_features() ? " or features" : ""));
  }
  if (auto read = read_outputs(*json, model, request); !read) {
    return tl::make_unexpected(std::move(read.error()));
  }
  if (auto read = read_input(inputs->front(), body.subspan(*size), model, request); !read) {
    return tl::make_unexpected(std::move(read.error()));
  }
  return request;
}

}  // namespace genre::server
