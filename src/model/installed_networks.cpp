#include <fmt/format.h>

#include "base/files.h"
#include "base/user_folders.h"
#include "genre/model.h"

namespace genre {

Result<std::vector<std::byte>> find_installed_network(const std::string& name) {
  // The name comes from a model file, which may be anyone's.
  if (name.find('/') != std::string::npos) {
    return fail(ErrorCode::kUnavailable,
                "it is not installed: its name has a slash; expected one such as mn04");
  }
  const auto folder = base::networks_folder();
  const auto path = folder / (name + ".onnx");
  std::error_code none;
  if (folder.empty() || !std::filesystem::exists(path, none)) {
    const std::string where = folder.empty() ? "" : " in " + folder.string();
    return fail(ErrorCode::kUnavailable,
                fmt::format("it is not installed{}; genre model pull {} brings it", where, name));
  }
  return base::read_file(path.string(), kMaxModelBytes);
}

}  // namespace genre
