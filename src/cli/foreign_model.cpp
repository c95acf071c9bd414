#include "cli/foreign_model.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/adopt.h"

namespace genre::cli {
namespace {

constexpr const char* kGroup = "Models of other programs";  // of the options

constexpr std::size_t kMostText = std::size_t{1} << 20;  // bytes of a front end or of labels

Result<std::string> read_text(const std::string& path) {
  auto bytes = base::read_file(path, kMostText);
  if (!bytes) return fail(bytes.error().code, path + ": " + bytes.error().message);
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

// A name stays one: model::adopt knows which exist.
Result<nlohmann::json> read_frontend(const std::string& value) {
  if (find_frontend(value) || !std::filesystem::path(value).has_extension()) return value;
  return read_text(value).and_then([&](const std::string& text) -> Result<nlohmann::json> {
    auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (json.is_object()) return json;
    return fail(ErrorCode::kBadParameter,
                fmt::format("{}: expected a JSON object with the front end's parameters", value));
  });
}

std::optional<std::string> if_given(const std::string& value) {
  return value.empty() ? std::nullopt : std::optional(value);
}

}  // namespace

void add_foreign_network_options(CLI::App& command, ForeignModelOptions& options) {
  std::string names;
  for (const NamedFrontend& frontend : builtin_frontends()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", frontend.name);
  }
  auto* frontend =
      command
          .add_option("--frontend", options.frontend,
                      fmt::format("The log-mel spectrogram that the network takes: {}, "
                                  "or a JSON file with its parameters",
                                  names))
          ->group(kGroup);
  command
      .add_option("--layout", options.layout,
                  "Order of the input's dimensions, if its sizes do not tell")
      ->check(CLI::IsMember({"mels_frames", "frames_mels"}))
      ->needs(frontend)
      ->group(kGroup);
  command
      .add_option("--output-name", options.output,
                  "The output with the labels, if it is not the first one")
      ->needs(frontend)
      ->group(kGroup);
}

void add_foreign_model_options(CLI::App& command, ForeignModelOptions& options) {
  add_foreign_network_options(command, options);
  auto* frontend = command.get_option("--frontend");
  command
      .add_option("--labels", options.labels,
                  "File with the labels of the output: one in each line, or JSON")
      ->needs(frontend)
      ->group(kGroup);
  command
      .add_option("--activation", options.activation,
                  "What turns the output into certainties, if the network does not: softmax, or "
                  "sigmoid for labels that are independent")
      ->check(CLI::IsMember({"softmax", "sigmoid"}))
      ->needs(frontend)
      ->group(kGroup);
}

Result<std::string> adopt(const std::string& path, std::span<const std::byte> onnx,
                          const ForeignModelOptions& options) {
  auto frontend = read_frontend(options.frontend);
  if (!frontend) return tl::make_unexpected(frontend.error());
  model::AdoptOptions adopted{
      .name = options.name.empty() ? std::filesystem::path(path).stem().string() : options.name,
      .frontend = *std::move(frontend),
      .layout = if_given(options.layout),
      .labels = {},
      .output = if_given(options.output),
      .activation = if_given(options.activation),
      .window = options.window,
      .hop = options.hop};
  if (!options.labels.empty()) {
    const auto text = read_text(options.labels);
    if (!text) return tl::make_unexpected(text.error());
    auto labels = model::parse_labels(*text);
    if (!labels) return fail(labels.error().code, options.labels + ": " + labels.error().message);
    adopted.labels = *std::move(labels);
  }
  return model::adopt(onnx, adopted);
}

}  // namespace genre::cli
