// What the offline commands share: reading their files and the model to use.
#pragma once

#include <memory>
#include <string>

#include "genre/audio.h"
#include "genre/model.h"
#include "genre/result.h"

namespace genre::cli {

// A file, or standard input for "-".
[[nodiscard]] Result<AudioFile> open_input(const std::string& path);

// The model in a file, or the built-in one of that name: "default" (also for an empty path) or
// "seed".
[[nodiscard]] Result<std::shared_ptr<const Model>> load_model(const std::string& path);

}  // namespace genre::cli
