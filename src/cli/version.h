// Which build this is.
#pragma once

#include <string>

namespace genre::cli {

// The output of `genre --version`: the version, the commit, and the build configuration.
[[nodiscard]] std::string version();

// The commit.
[[nodiscard]] std::string revision();

}  // namespace genre::cli
