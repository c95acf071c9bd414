#include "cli/input.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/files.h"
#include "base/parallel.h"

namespace genre::cli {

Result<AudioFile> open_input(const std::string& path) {
  return AudioFile::open(path == "-" ? "/dev/stdin" : path);
}

Result<std::shared_ptr<const Model>> load_model(const std::string& path) {
  if (path.empty() || path == "default") return Model::builtin();
  if (path == "seed") return Model::seed();
  auto model = base::attempt([&]() -> Result<std::shared_ptr<const Model>> {
    std::error_code none;  // set for a pipe, which has no size
    if (const auto size = std::filesystem::file_size(path, none); !none && size > kMaxModelBytes) {
      return fail(
          ErrorCode::kBadModel,
          fmt::format("cannot use this model: it has {} bytes; the maximum for a model file is {}",
                      size, kMaxModelBytes));
    }
    return base::read_file(path, kMaxModelBytes).and_then([](const std::vector<std::byte>& onnx) {
      return Model::load(onnx);
    });
  });
  if (!model) model.error().message = path + ": " + model.error().message;
  return model;
}

}  // namespace genre::cli
