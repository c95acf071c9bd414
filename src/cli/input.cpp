#include "cli/input.h"

#include <fmt/format.h>

#include <filesystem>
#include <span>
#include <system_error>
#include <vector>

#include "base/files.h"
#include "base/parallel.h"
#include "predict/tags.h"

namespace genre::cli {

Result<AudioFile> open_input(const std::string& path) {
  return AudioFile::open(path == "-" ? "/dev/stdin" : path);
}

namespace {

Result<std::vector<std::byte>> read_model(const std::string& path) {
  std::error_code none;  // set for a pipe, which has no size
  if (const auto size = std::filesystem::file_size(path, none); !none && size > kMaxModelBytes) {
    return fail(
        ErrorCode::kBadModel,
        fmt::format("cannot use this model: it has {} bytes; the maximum for a model file is {}",
                    size, kMaxModelBytes));
  }
  return base::read_file(path, kMaxModelBytes);
}

}  // namespace

Result<std::shared_ptr<const Model>> load_model(const std::string& path,
                                                const ForeignModelOptions& foreign) {
  using Loaded = Result<std::shared_ptr<const Model>>;
  if (path.empty() || path == "default") return Model::builtin();
  if (path == "seed") return Model::seed();
  auto model = base::attempt([&]() -> Loaded {
    if (path == "best") return Model::best(find_installed_network);
    return read_model(path).and_then([&](const std::vector<std::byte>& onnx) -> Loaded {
      if (foreign.frontend.empty()) return Model::load(onnx, find_installed_network);
      return adopt(path, onnx, foreign).and_then([](const std::string& adopted) {
        return Model::load(std::as_bytes(std::span(adopted)), find_installed_network);
      });
    });
  });
  if (!model) model.error().message = path + ": " + model.error().message;
  return model;
}

Result<std::shared_ptr<const Model>> load_network(const std::string& name_or_path,
                                                  const ForeignModelOptions& foreign) {
  std::error_code none;
  const bool is_file = std::filesystem::exists(name_or_path, none);
  auto network = base::attempt([&] {
    return (is_file ? read_model(name_or_path) : find_installed_network(name_or_path))
        .and_then([&](const std::vector<std::byte>& onnx) -> Result<std::shared_ptr<const Model>> {
          if (foreign.frontend.empty()) return Model::load_network(onnx);
          return adopt(name_or_path, onnx, foreign).and_then([](const std::string& adopted) {
            return Model::load_network(std::as_bytes(std::span(adopted)));
          });
        });
  });
  if (!network) network.error().message = name_or_path + ": " + network.error().message;
  return network;
}

Result<std::shared_ptr<const Model>> add_tagger(std::shared_ptr<const Model> model,
                                                const std::string& network) {
  if (predict::hears_tags(*model)) return model;
  return load_network(network).and_then([&](const std::shared_ptr<const Model>& loaded) {
    return Model::with_tagger(*model, loaded);
  });
}

}  // namespace genre::cli
