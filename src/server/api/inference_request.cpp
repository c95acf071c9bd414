#include "server/api/inference_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>

#include "server/api/base64.h"

namespace genre::server {
namespace {

namespace endian = boost::endian;
using Json = nlohmann::json;
using Wrong = tl::unexpected<std::string>;
template <typename T>
using Parsed = tl::expected<T, std::string>;

// How much of the body is JSON.
Parsed<std::size_t> json_size(std::size_t body_size, std::string_view header_length) {
  if (header_length.empty()) return body_size;
  std::size_t size = 0;
  const char* const end = header_length.data() + header_length.size();
  const auto [rest, error] = std::from_chars(header_length.data(), end, size);
  if (error != std::errc() || rest != end || size > body_size) {
    return Wrong(fmt::format("{} is how many of the body's {} bytes are JSON.",
                             kInferenceHeaderLength, body_size));
  }
  return size;
}

// Parsed values take many times the memory of their text, so that parsing ends with the first one
// too many.
Parsed<Json> parse_json(std::string_view text) {
  struct TooMuch {};
  std::size_t n_parts = 0;
  const auto limit = [&n_parts](int depth, Json::parse_event_t, const Json&) {
    if (depth > kMaxJsonDepth || ++n_parts > kMaxJsonParts) throw TooMuch();
    return true;
  };
  try {
    return Json::parse(text, limit);
  } catch (const TooMuch&) {
    return Wrong("The JSON object is deeper or has more values than any request needs.");
  } catch (const Json::parse_error& error) {
    return Wrong(fmt::format("The body is not valid JSON at byte {}.", error.byte));
  } catch (const Json::exception&) {
    return Wrong("The JSON object has a number that no float can hold.");
  }
}

// The member of an object, or null; of anything else null.
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
  if (!value->is_boolean()) return Wrong(fmt::format("The parameter {} is true or false.", name));
  return value->get<bool>();
}

// The tensor that a member `name` of json names.
Parsed<Tensor> find_tensor(const Json& json, const std::vector<Tensor>& known,
                           std::string_view kind) {
  const Json* name = member(json, "name");
  const auto found = std::ranges::find_if(
      known, [name](const Tensor& tensor) { return name && *name == tensor.name; });
  if (found != known.end()) return *found;
  std::string names;
  for (const Tensor& tensor : known) names += fmt::format(" {}", tensor.name);
  return Wrong(fmt::format("Each of the {}s is an object with a name out of:{}.", kind, names));
}

// N, once datatype and shape are what they should be.
Parsed<std::size_t> read_shape(const Json& input, const Tensor& tensor) {
  const Json* datatype = member(input, "datatype");
  const Json* shape = member(input, "shape");
  if (datatype && *datatype == tensor.datatype && shape && shape->is_array() && !shape->empty() &&
      shape->front().is_number_unsigned()) {
    const auto n = shape->front().get<std::uint64_t>();
    if (n >= 1 && n <= kMaxBatch && *shape == tensor.shape(static_cast<int>(n))) return n;
  }
  const auto columns = tensor.n_columns ? fmt::format(", {}", *tensor.n_columns) : "";
  return Wrong(fmt::format("The input {} has datatype {} and shape [N{}], N from 1 to {}.",
                           tensor.name, tensor.datatype, columns, kMaxBatch));
}

Wrong not_base64(std::size_t i) {
  return Wrong(fmt::format("audio[{}] is no base64, which is how JSON carries audio.", i));
}

Parsed<void> read_audio(const Json& data, std::size_t n, InferenceRequest& request) {
  if (!data.is_array() || data.size() != n) {
    return Wrong(fmt::format("The data of audio is an array of {} strings, as its shape says.", n));
  }
  for (const Json& element : data) {
    const auto i = request.audio.size();
    if (!element.is_string()) return not_base64(i);
    auto bytes = decode_base64(element.get_ref<const std::string&>());
    if (!bytes) return not_base64(i);
    request.audio.push_back(std::move(*bytes));
  }
  return {};
}

Parsed<void> read_audio(std::span<const std::byte> data, std::size_t n, InferenceRequest& request) {
  constexpr std::size_t kLengthSize = 4;
  while (request.audio.size() < n && data.size() >= kLengthSize) {
    const auto length =
        endian::load_little_u32(reinterpret_cast<const unsigned char*>(data.data()));
    data = data.subspan(kLengthSize);
    if (length > data.size()) break;
    const auto file = data.first(length);
    request.audio.emplace_back(file.begin(), file.end());
    data = data.subspan(length);
  }
  if (request.audio.size() == n && data.empty()) return {};
  return Wrong(fmt::format(
      "The binary data of audio is {} times a length of 4 bytes, little-endian, and so many bytes; "
      "it does not fit from audio[{}] on.",
      n, request.audio.size()));
}

// Appends count numbers; false where they are others or more or fewer.
bool append_numbers(const Json& data, std::size_t count, std::vector<float>& features) {
  if (!data.is_array() || data.size() != count) return false;
  for (const Json& number : data) {
    if (!number.is_number()) return false;
    const auto value = number.get<double>();
    if (std::abs(value) > std::numeric_limits<float>::max()) return false;
    features.push_back(static_cast<float>(value));
  }
  return true;
}

Parsed<void> read_features(const Json& data, std::size_t n, std::size_t n_features,
                           InferenceRequest& request) {
  auto& features = request.features;
  features.reserve(n * n_features);
  const bool nested = data.is_array() && data.size() == n && data.front().is_array();
  const bool good =
      nested ? std::ranges::all_of(
                   data, [&](const Json& row) { return append_numbers(row, n_features, features); })
             : append_numbers(data, n * n_features, features);
  if (good) return {};
  return Wrong(fmt::format(
      "The data of features is an array of {0} arrays of {1} numbers or an array of all {2}; it "
      "does not fit from features[{3}] on.",
      n, n_features, n * n_features, features.size() / n_features));
}

Parsed<void> read_features(std::span<const std::byte> data, std::size_t n, std::size_t n_features,
                           InferenceRequest& request) {
  auto& features = request.features;
  if (data.size() != n * n_features * sizeof(float)) {
    return Wrong(fmt::format("The binary data of features is {} bytes, as its shape says.",
                             n * n_features * sizeof(float)));
  }
  for (; !data.empty(); data = data.subspan(sizeof(float))) {
    features.push_back(endian::endian_load<float, sizeof(float), endian::order::little>(
        reinterpret_cast<const unsigned char*>(data.data())));
    if (!std::isfinite(features.back())) {
      return Wrong(fmt::format("features[{}] has a value that is not finite.",
                               (features.size() - 1) / n_features));
    }
  }
  return {};
}

// binary: what follows the JSON object.
Parsed<void> read_input(const Json& input, std::span<const std::byte> binary,
                        const ModelInfo& model, InferenceRequest& request) {
  const auto tensor = find_tensor(input, input_tensors(model), "input");
  if (!tensor) return tl::make_unexpected(tensor.error());
  const auto n = read_shape(input, *tensor);
  if (!n) return tl::make_unexpected(n.error());

  const auto read = [&](const auto& data) {
    return tensor->n_columns ? read_features(data, *n, *tensor->n_columns, request)
                             : read_audio(data, *n, request);
  };
  const Json* data = member(input, "data");
  const Json* size = parameter(input, "binary_data_size");
  if (size && !data && size->is_number_unsigned() && *size == binary.size()) return read(binary);
  if (data && !size && binary.empty()) return read(*data);
  return Wrong(
      fmt::format("The input {} has its data as JSON or behind the JSON object, whose size is then "
                  "{}, and that "
                  "of the {} bytes behind it binary_data_size.",
                  tensor->name, kInferenceHeaderLength, binary.size()));
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
    return Wrong(fmt::format("outputs is an array of at most {} objects.", known.size()));
  }
  for (const Json& output : *outputs) {
    const auto tensor = find_tensor(output, known, "output");
    if (!tensor) return tl::make_unexpected(tensor.error());
    const auto own = flag(output, "binary_data", *binary);
    if (!own) return tl::make_unexpected(own.error());
    request.outputs.push_back({*tensor, *own});
  }
  return {};
}

}  // namespace

Parsed<InferenceRequest> parse_inference_request(std::span<const std::byte> body,
                                                 std::string_view header_length,
                                                 const ModelInfo& model) {
  const auto size = json_size(body.size(), header_length);
  if (!size) return tl::make_unexpected(size.error());
  const auto json = parse_json({reinterpret_cast<const char*>(body.data()), *size});
  if (!json) return tl::make_unexpected(json.error());

  InferenceRequest request;
  if (const Json* id = member(*json, "id")) {
    if (!id->is_string()) return Wrong("id is a string.");
    request.id = id->get<std::string>();
  }
  const Json* inputs = member(*json, "inputs");
  if (!inputs || !inputs->is_array() || inputs->size() != 1) {
    return Wrong("inputs is an array of one object: audio or features.");
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
