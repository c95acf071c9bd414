// genre model: the commands that work on model files.
#include "cli/commands.h"
#include "cli/model_adopt.h"
#include "cli/model_pull.h"
#include "cli/model_show.h"

namespace genre::cli {

void add_model(CLI::App& app, int& status) {
  CLI::App* group = app.add_subcommand("model", "Show a model, or get one from elsewhere");
  add_model_show(*group, status);
  add_model_pull(*group, status);
  add_model_adopt(*group, status);
}

}  // namespace genre::cli
