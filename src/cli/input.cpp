#include "cli/input.h"

#include "base/files.h"

namespace genre::cli {

Result<AudioFile> open_input(const std::string& path) {
  return AudioFile::open(path == "-" ? "/dev/stdin" : path);
}

Result<std::shared_ptr<const Model>> load_model(const std::string& path) {
  if (path.empty() || path == "default") return Model::builtin();
  if (path == "seed") return Model::seed();
  auto model = base::read_file(path).and_then(
      [](const std::vector<std::byte>& onnx) { return Model::load(onnx); });
  if (!model) model.error().message = path + ": " + model.error().message;
  return model;
}

}  // namespace genre::cli
