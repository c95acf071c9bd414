// Checks of the output files of `genre train`.
#pragma once

#include "genre/result.h"
#include "train/options.h"

namespace genre::train {

// Checks --output and --html before the training, which can take minutes: that they can be written,
// differ, and would not replace the training's own input. Creates nothing. Error: kUnreadableFile.
[[nodiscard]] Result<void> check_outputs(const Options& options);

}  // namespace genre::train
