// What the offline commands share: reading their files and the model to use.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "genre/model.h"
#include "genre/result.h"

namespace genre::cli {

// The bytes of a file, or of standard input for "-".
[[nodiscard]] Result<std::vector<std::byte>> read_input(const std::string& path);

// The model in a file, or the built-in one of that name: "default" (also for an empty path) or
// "seed".
[[nodiscard]] Result<std::shared_ptr<const Model>> load_model(const std::string& path);

}  // namespace genre::cli
