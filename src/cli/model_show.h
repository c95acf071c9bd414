// genre model FILE: what a model takes, what it returns, and how good it is.
#pragma once

#include <CLI/CLI.hpp>

namespace genre::cli {

// Adds the options of the command group itself; it runs if no other command of the group does.
void add_model_show(CLI::App& group, int& status);

}  // namespace genre::cli
