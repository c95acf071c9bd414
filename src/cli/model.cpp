// genre model: the commands that work on model files.
#include "cli/commands.h"
#include "cli/model_pull.h"

namespace genre::cli {

void add_model(CLI::App& app, int& status) {
  CLI::App* group = app.add_subcommand("model", "Get the networks that models build on");
  group->require_subcommand(1);
  add_model_pull(*group, status);
}

}  // namespace genre::cli
