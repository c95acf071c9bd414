// genre model pull.
#pragma once

#include <CLI/CLI.hpp>

namespace genre::cli {

// Adds the command to `genre model`.
void add_model_pull(CLI::App& group, int& status);

}  // namespace genre::cli
