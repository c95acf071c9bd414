// The subcommands of the program. Each function adds a subcommand to the app. If the command line
// selects it, it runs and sets `status`, the exit status of the program: 0, or 1 after an error.
#pragma once

#include <CLI/CLI.hpp>

namespace genre::cli {

void add_predict(CLI::App& app, int& status);
void add_features(CLI::App& app, int& status);
void add_train(CLI::App& app, int& status);
void add_embed(CLI::App& app, int& status);
void add_evaluate(CLI::App& app, int& status);
void add_live(CLI::App& app, int& status);
void add_model(CLI::App& app, int& status);
void add_serve(CLI::App& app, int& status);
void add_enqueue(CLI::App& app, int& status);
void add_worker(CLI::App& app, int& status);
void add_collect(CLI::App& app, int& status);

}  // namespace genre::cli
