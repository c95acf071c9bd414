#include "base/user_folders.h"

#include <cstdlib>

namespace genre::base {
namespace {

namespace fs = std::filesystem;

fs::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path folder(const char* name, const fs::path& in_home) {
  // The specification requires relative paths to be ignored.
  if (const auto path = variable(name); path.is_absolute()) return path / "genre";
  const auto home = variable("HOME");
  return home.empty() ? home : home / in_home / "genre";
}

}  // namespace

fs::path cache_folder() { return folder("XDG_CACHE_HOME", ".cache"); }

fs::path data_folder() { return folder("XDG_DATA_HOME", fs::path(".local") / "share"); }

fs::path networks_folder() {
  const auto data = data_folder();
  return data.empty() ? data : data / "networks";
}

}  // namespace genre::base
