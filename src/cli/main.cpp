#include <fmt/core.h>

#include <exception>
#include <string>
#include <vector>

#include "base/memory.h"
#include "base/report_error.h"
#include "cli/commands.h"
#include "cli/mistakes.h"
#include "cli/version.h"
#include "model/opencv_threads.h"

namespace {

// Prints the output of --help and --version, or the error. Returns the exit status.
int report(const CLI::App& app, const std::vector<std::string>& arguments,
           const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  std::string program = "genre";
  for (const CLI::App* command : genre::cli::chosen_commands(app)) {
    program += " " + command->get_name();
  }
  const std::string explanation = genre::cli::explain(app, arguments, error);
  genre::base::report_error(program, explanation.empty() ? error.what() : explanation);
  fmt::print(stderr, "See {} --help.\n", program);
  return error.get_exit_code();
}

}  // namespace

int main(int argc, char** argv) {
  // This thread writes the output of batches and serves all connections: an exception here would
  // end more than one item.
  genre::base::wait_for_memory_in_this_thread();
  genre::model::use_one_opencv_thread();
  CLI::App app("Music genre prediction: an audio clip in, the certainty of each genre out.",
               "genre");
  app.set_version_flag("--version", genre::cli::version());
  app.require_subcommand(1);

  int status = 0;
  genre::cli::add_serve(app, status);
  genre::cli::add_predict(app, status);
  genre::cli::add_live(app, status);
  genre::cli::add_features(app, status);
  genre::cli::add_embed(app, status);
  genre::cli::add_train(app, status);
  genre::cli::add_evaluate(app, status);
  genre::cli::add_model(app, status);
  genre::cli::add_enqueue(app, status);
  genre::cli::add_worker(app, status);
  genre::cli::add_collect(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report(app, {argv + 1, argv + argc}, error);
  } catch (const std::exception& error) {
    genre::base::report_error("genre", error.what());
    return 1;
  }
  return status;
}
