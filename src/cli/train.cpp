// genre train: hands over to genre-train, a program of its own, so that only who trains loads
// LibTorch.
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "cli/commands.h"

namespace genre::cli {
namespace {

int run(const std::vector<std::string>& arguments) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / "genre-train").string();

  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  fmt::print(stderr,
             "genre train: cannot start {}: {}; the trainer is built where LibTorch is installed "
             "(Debian: libtorch-dev), and in the package genre-train\n",
             program, std::generic_category().message(errno));
  return 1;
}

}  // namespace

void add_train(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("train", "Train a model on a folder of music or a feature table");
  command->prefix_command();
  command->set_help_flag();  // genre-train's own help answers
  command->callback([command, &status] { status = run(command->remaining()); });
}

}  // namespace genre::cli
