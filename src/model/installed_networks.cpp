#include <fmt/format.h>

#include "base/files.h"
#include "base/user_folders.h"
#include "genre/model.h"

namespace genre {

Result<std::vector<std::byte>> find_installed_network(const std::string& name) {
  const auto path = base::data_folder() / "networks" / (name + ".onnx");
  std::error_code none;
  if (!std::filesystem::exists(path, none)) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("it is not installed in {}; genre model pull {} brings it",
                            path.parent_path().string(), name));
  }
  return base::read_file(path.string(), kMaxModelBytes);
}

}  // namespace genre
