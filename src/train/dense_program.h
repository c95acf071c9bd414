// Starts the program genre-train, the only one that loads LibTorch.
#pragma once

#include <string>

#include "genre/result.h"

namespace genre::train {

// Replaces the process with genre-train, from the folder of the running program, with the same
// arguments. argv: as in main, with a null pointer at the end. Returns only if that fails:
// kUnavailable.
[[nodiscard]] Error start_dense_program(char** argv);

}  // namespace genre::train
