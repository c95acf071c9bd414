#include "cli/served_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "cli/input.h"
#include "server/api/model_choice.h"
#include "server/models.h"

namespace genre::cli {
namespace {

struct Argument {
  std::string name;  // empty if none is given
  std::string file;
};

// The size of NAME in NAME=FILE. 0 for anything else, such as a file whose folder has a "=".
std::size_t name_size(std::string_view text) {
  const auto size = text.find('=');
  return size != std::string_view::npos && server::is_model_name(text.substr(0, size)) ? size : 0;
}

Argument parse(std::string_view text) {
  const std::size_t size = name_size(text);
  if (size == 0) return {"", std::string(text)};
  return {std::string(text.substr(0, size)), std::string(text.substr(size + 1))};
}

// A comma separates two models only if NAME= follows it: file names may contain commas.
std::vector<Argument> split(std::string_view value) {
  std::vector<Argument> arguments;
  std::size_t start = 0;
  for (auto comma = value.find(','); comma != std::string_view::npos;
       comma = value.find(',', comma + 1)) {
    if (name_size(value.substr(comma + 1)) == 0) continue;
    arguments.push_back(parse(value.substr(start, comma - start)));
    start = comma + 1;
  }
  arguments.push_back(parse(value.substr(start)));
  return arguments;
}

// Why the name would not lead to the model in the Open Inference Protocol. Null if it does.
const char* reserved(std::string_view name, bool is_first) {
  if (name == server::kStatisticsOfAll) return "because /v2/models/stats is for all models";
  if (name == server::kDefaultModelAlias && !is_first) {
    return "because the first model has this name under /v2";
  }
  return nullptr;
}

}  // namespace

Result<std::vector<server::ModelSource>> served_models(const std::vector<std::string>& values,
                                                       const std::string& tags_model) {
  std::vector<Argument> arguments;
  for (const std::string& value : values) std::ranges::move(split(value), back_inserter(arguments));
  if (arguments.empty()) arguments.push_back({"", "default"});

  std::vector<server::ModelSource> sources;
  for (auto& [name, file] : arguments) {
    if (name.empty()) name = std::filesystem::path(file).stem();
    if (!server::is_model_name(name)) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("--model {}: \"{}\" cannot be the name of a model, which has 1 to {} "
                              "letters, digits, dots, hyphens and underscores; give it one: "
                              "--model NAME={}",
                              file, name, server::kMaxModelName, file));
    }
    if (const char* why = reserved(name, sources.empty())) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("--model {0}: {1} cannot be its name, {2}; give it another one: "
                              "--model NAME={0}",
                              file, name, why));
    }
    if (std::ranges::find(sources, name, &server::ModelSource::name) != sources.end()) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("--model: two models have the name {}; give each a name of its own: "
                              "--model NAME=FILE",
                              name));
    }
    sources.push_back({name, [file = file, tags_model] {
                         auto model = load_model(file);
                         if (!model || tags_model.empty()) return model;
                         return add_tagger(*model, tags_model);
                       }});
  }
  return sources;
}

}  // namespace genre::cli
