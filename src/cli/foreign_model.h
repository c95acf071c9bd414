// Options for the model of another program, which says neither what it takes nor what it returns.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "genre/model.h"
#include "genre/result.h"

namespace genre::cli {

struct ForeignModelOptions {
  std::string frontend;  // name of a built-in one, or a JSON file; empty: the model is genre's own
  std::string layout, labels, output, activation, name;
  std::optional<double> window, hop;  // s
};

// --frontend, --layout and --output-name, for a network that is only an input of models.
void add_foreign_network_options(CLI::App& command, ForeignModelOptions& options);

// --frontend, --layout, --labels, --output-name and --activation.
void add_foreign_model_options(CLI::App& command, ForeignModelOptions& options);

// The file with the metadata that the options describe. path: for its name. Errors: as
// model::adopt; kUnreadableFile, kBadParameter of the files that the options name.
[[nodiscard]] Result<std::string> adopt(const std::string& path, std::span<const std::byte> onnx,
                                        const ForeignModelOptions& options);

}  // namespace genre::cli
