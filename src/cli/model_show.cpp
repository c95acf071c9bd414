#include "cli/model_show.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/json_text.h"
#include "base/report_error.h"
#include "cli/input.h"
#include "model/describe.h"

namespace genre::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ShowOptions {
  std::string file;
  bool json = false;
};

std::string text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : base::json_text(value);
}

std::string shape_text(const Json& shape) {
  std::string sizes = "N";
  for (std::size_t i = 1; i < shape.size(); ++i) {
    sizes += ", " + (shape[i].is_null() ? "any" : text(shape[i]));
  }
  return "[" + sizes + "]";
}

// "texture [N, 1581]: feature_set texture, pad_mode constant".
std::string input_text(const Json& input) {
  std::string line = fmt::format("{} {}:", text(input["name"]), shape_text(input["shape"]));
  const char* separator = " ";
  for (const auto& [key, value] : input.items()) {
    if (key == "name" || key == "shape") continue;
    line += fmt::format("{}{} {}", separator, key, text(value));
    separator = ", ";
  }
  return line;
}

// Nested objects become indented lines.
void print_fields(const Json& object, int indent) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      fmt::print("{:{}}{}:\n", "", indent, key);
      print_fields(value, indent + 2);
    } else if (!value.is_null()) {
      fmt::print("{:{}}{}: {}\n", "", indent, key, text(value));
    }
  }
}

void print(const Model& model) {
  const Json json = model::describe(model.info());
  const auto line = [](std::string_view name, const std::string& value) {
    fmt::print("{:10}{}\n", name, value);
  };
  line("name", text(json["name"]));
  line("checksum", model.has_checksum() ? "right" : "none: damage may stay unnoticed");
  for (const Json& input : json["inputs"]) line("input", input_text(input));
  line("windows", fmt::format("{:g} s every {:g} s", model.info().window, model.info().hop));
  std::string labels;
  for (const auto& label : model.info().labels) labels += (labels.empty() ? "" : ", ") + label;
  line("labels", labels);
  line("also says", json["none_of_these"] == true ? "none of these" : "-");
  for (const char* key : {"confident", "provenance", "figures"}) {
    if (json[key].is_null()) continue;
    fmt::print("{}\n", key);
    if (json[key].is_object()) {
      print_fields(json[key], 2);
    } else {
      fmt::print("  {}\n", text(json[key]));
    }
  }
}

}  // namespace

void add_model_show(CLI::App& group, int& status) {
  auto options = std::make_shared<ShowOptions>();
  group.add_option("FILE", options->file,
                   "ONNX model file, or a built-in model: default, best or seed");
  group.add_flag("--json", options->json, "Print one JSON object");
  group.callback([options, &group, &status] {
    if (!group.get_subcommands().empty()) return;
    if (options->file.empty()) throw CLI::RequiredError("FILE or a command");
    const auto model = load_model(options->file);
    if (!model) {
      base::report_error("genre model", model.error().message);
      status = 1;
    } else if (options->json) {
      fmt::print("{}\n", base::json_text(model::describe((*model)->info())));
    } else {
      print(**model);
    }
  });
}

}  // namespace genre::cli
