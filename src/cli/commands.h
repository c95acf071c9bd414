// The subcommands of the program. Each adds itself to the app; when it was the one asked for, it
// runs and sets `status`, the program's exit status: 0, or 1 where something went wrong.
#pragma once

#include <CLI/CLI.hpp>

namespace genre::cli {

void add_predict(CLI::App& app, int& status);
void add_features(CLI::App& app, int& status);
void add_train(CLI::App& app, int& status);
void add_evaluate(CLI::App& app, int& status);
void add_serve(CLI::App& app, int& status);
void add_enqueue(CLI::App& app, int& status);
void add_worker(CLI::App& app, int& status);
void add_collect(CLI::App& app, int& status);

}  // namespace genre::cli
