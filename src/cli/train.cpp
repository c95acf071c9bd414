// genre train: the options and the training are in src/train.
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/foreign_model.h"
#include "cli/input.h"
#include "train/command.h"

namespace genre::cli {
namespace {

int run(std::vector<std::string> arguments) {
  ForeignModelOptions foreign;
  const train::NetworkSource networks{
      .add_options = [&](CLI::App& app) { add_foreign_network_options(app, foreign); },
      .load = [&](const std::string& name_or_path) { return load_network(name_or_path, foreign); }};
  std::vector<char*> argv;
  std::string name = "genre-train";
  argv.push_back(name.data());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  // Without a learner for --network dense: this program is not linked with LibTorch.
  return train::run(static_cast<int>(argv.size()) - 1, argv.data(), /*make_dense=*/{}, networks);
}

}  // namespace

void add_train(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("train", "Train a model on music whose genre is known");
  command->prefix_command();
  command->set_help_flag();  // src/train prints the help
  command->callback([command, &status] { status = run(command->remaining()); });
}

}  // namespace genre::cli
