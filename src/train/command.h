// The command `genre train`: trains a model on a folder of music or a feature table and measures
// it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "genre/model.h"
#include "genre/result.h"
#include "train/learner.h"

namespace CLI {
class App;
}

namespace genre::train {

// Loads a network by its file or its name. Errors: as Model::load_network.
using LoadNetwork =
    std::function<Result<std::shared_ptr<const Model>>(const std::string& name_or_path)>;

// Where the networks of --embedding come from.
struct NetworkSource {
  std::function<void(CLI::App&)> add_options;  // for networks that do not say what they take
  LoadNetwork load;
};

// Runs the command and returns its exit status. argv: as in main, argv[0] ignored, a null pointer
// at the end. make_dense: makes the learner for --network dense; if it is empty, that option
// replaces the process with the program genre-train. networks: without them, there is no
// --embedding. Prints results on standard output, progress
// and errors on standard error.
[[nodiscard]] int run(int argc, char** argv, const LearnerFactory& make_dense,
                      const NetworkSource& networks = {});

}  // namespace genre::train
