// The command `genre train`: trains a model on a folder of music or a feature table and measures
// it.
#pragma once

#include "train/learner.h"

namespace genre::train {

// Runs the command and returns its exit status. argv: as in main, argv[0] ignored, a null pointer
// at the end. make_dense: makes the learner for --network dense; if it is empty, that option
// replaces the process with the program genre-train. Prints results on standard output, progress
// and errors on standard error.
[[nodiscard]] int run(int argc, char** argv, const LearnerFactory& make_dense);

}  // namespace genre::train
