#include "server/api/inference_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json_text.h"
#include "predict/json.h"

namespace genre::server {
namespace {

// With float as the number type, 0.1F prints as 0.1, not as 0.10000000149011612.
using FloatJson = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool,
                                       std::int64_t, std::uint64_t, float>;

// FP32, BYTES and BOOL.
using Values = std::variant<std::vector<float>, std::vector<std::string>, std::vector<bool>>;

Values values_of(const Tensor& output, std::span<const Classification> results,
                 const ModelInfo& model) {
  if (output.name == kCertainties) {
    std::vector<float> values;
    for (const Classification& result : results) {
      values.insert(values.end(), result.certainties.begin(), result.certainties.end());
    }
    return values;
  }
  if (output.name == kNoneOfThese) {
    std::vector<float> values;
    for (const Classification& result : results) values.push_back(*result.none_of_these);
    return values;
  }
  if (output.name == kGenre) {
    std::vector<std::string> values;
    for (const Classification& result : results) {
      const auto likeliest =
          std::ranges::max_element(result.certainties) - result.certainties.begin();
      values.push_back(model.labels[static_cast<std::size_t>(likeliest)]);
    }
    return values;
  }
  std::vector<bool> values;
  for (const Classification& result : results) values.push_back(*result.confident);
  return values;
}

// The classification extension: [N, n_classes] of "certainty:index:label", the most likely first.
std::vector<std::string> classes_of(std::size_t n_classes, std::span<const Classification> results,
                                    const ModelInfo& model) {
  std::vector<std::string> values;
  for (const Classification& result : results) {
    const std::vector<float>& certainties = result.certainties;
    std::vector<std::size_t> order(certainties.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t i) { return certainties[i]; });
    for (const std::size_t i : std::span(order).first(n_classes)) {
      values.push_back(fmt::format("{:f}:{}:{}", certainties[i], i, model.labels[i]));
    }
  }
  return values;
}

template <typename Number>
void append(std::string& bytes, Number value) {
  std::array<unsigned char, sizeof(Number)> little{};
  boost::endian::endian_store<Number, sizeof(Number), boost::endian::order::little>(little.data(),
                                                                                    value);
  bytes.append(little.begin(), little.end());
}

void append(std::string& bytes, const std::string& value) {
  append(bytes, static_cast<std::uint32_t>(value.size()));
  bytes += value;
}

void append(std::string& bytes, bool value) { bytes += static_cast<char>(value); }

// An array [N] of arrays; nothing if no element has warnings.
std::optional<std::string> warnings_text(const std::vector<std::vector<Warning>>& warnings) {
  if (std::ranges::all_of(warnings, [](const auto& list) { return list.empty(); })) {
    return std::nullopt;
  }
  auto json = nlohmann::ordered_json::array();
  for (const auto& list : warnings) json.push_back(predict::warnings_json(list));
  return base::json_text(json);
}

}  // namespace

http::Response inference_response(const InferenceRequest& request, const InferenceResults& results,
                                  std::string_view model_name, const ModelInfo& model) {
  const std::span<const Classification> classifications = results.classifications;
  FloatJson json = {{"model_name", model_name}, {"model_version", kServedVersion}};
  if (request.id) json["id"] = *request.id;
  if (const auto warnings = warnings_text(results.warnings)) {
    json["parameters"] = {{"warnings", *warnings}};
  }
  json["outputs"] = FloatJson::array();
  std::string binary_data;
  bool any_binary = false;
  for (const auto& [tensor, binary, n_classes] : request.outputs) {
    const Tensor shown = n_classes > 0 ? Tensor{tensor.name, "BYTES", n_classes} : tensor;
    FloatJson output = {{"name", shown.name},
                        {"datatype", shown.datatype},
                        {"shape", shown.shape(static_cast<int>(classifications.size()))}};
    const auto start = binary_data.size();
    std::visit(
        // A copy, because Clang 14 cannot capture a structured binding by reference.
        [&, binary = binary](const auto& values) {
          if (!binary) {
            output["data"] = values;
          } else {
            for (const auto& value : values) append(binary_data, value);
            output["parameters"] = {{"binary_data_size", binary_data.size() - start}};
          }
        },
        n_classes > 0 ? Values(classes_of(n_classes, classifications, model))
                      : values_of(tensor, classifications, model));
    json["outputs"].push_back(std::move(output));
    any_binary = any_binary || binary;
  }
  http::Response response{.body = base::json_text(json)};
  if (any_binary) {
    response.content_type = "application/octet-stream";
    response.headers.emplace_back(kInferenceHeaderLength, std::to_string(response.body.size()));
    response.body += binary_data;
  }
  return response;
}

}  // namespace genre::server
