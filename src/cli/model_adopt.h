// genre model adopt: makes the model of another program one of genre's.
#pragma once

#include <CLI/CLI.hpp>

namespace genre::cli {

void add_model_adopt(CLI::App& group, int& status);

}  // namespace genre::cli
