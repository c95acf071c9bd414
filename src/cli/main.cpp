#include <fmt/core.h>

#include <exception>

#include "base/memory.h"
#include "cli/commands.h"
#include "cli/version.h"

int main(int argc, char** argv) {
  // This thread writes the output of batches and serves all connections: what it throws would end
  // more than one item.
  genre::base::wait_for_memory_in_this_thread();
  CLI::App app("Music genre prediction: an audio clip in, the certainty of each genre out.",
               "genre");
  app.set_version_flag("--version", genre::cli::version());
  app.require_subcommand(1);

  int status = 0;
  genre::cli::add_serve(app, status);
  genre::cli::add_predict(app, status);
  genre::cli::add_features(app, status);
  genre::cli::add_train(app, status);
  genre::cli::add_evaluate(app, status);
  genre::cli::add_enqueue(app, status);
  genre::cli::add_worker(app, status);
  genre::cli::add_collect(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "genre: {}\n", error.what());
    return 1;
  }
  return status;
}
