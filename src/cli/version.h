// What `genre --version` says.
#pragma once

#include <string>

namespace genre::cli {

// The version, the commit it was built from, and how.
[[nodiscard]] std::string version();

}  // namespace genre::cli
