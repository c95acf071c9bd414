// The output of `genre --version`.
#pragma once

#include <string>

namespace genre::cli {

// The version, the commit, and the build configuration.
[[nodiscard]] std::string version();

}  // namespace genre::cli
