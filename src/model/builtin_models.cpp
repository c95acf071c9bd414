#include <stdexcept>

#include "genre/model.h"

extern "C" {  // defined in builtin_models.S
extern const std::byte genre_default_model[];
extern const std::byte genre_default_model_end[];
extern const std::byte genre_seed_model[];
extern const std::byte genre_seed_model_end[];
extern const std::byte genre_best_model[];
extern const std::byte genre_best_model_end[];
extern const std::byte genre_best_mn04_model[];
extern const std::byte genre_best_mn04_model_end[];
}

namespace genre {
namespace {

std::shared_ptr<const Model> load_builtin(std::span<const std::byte> onnx) {
  auto loaded = Model::load(onnx);
  if (!loaded) throw std::logic_error("built-in model: " + loaded.error().message);
  return *loaded;
}

}  // namespace

std::shared_ptr<const Model> Model::builtin() {
  static const auto model = load_builtin({genre_default_model, genre_default_model_end});
  return model;
}

std::shared_ptr<const Model> Model::seed() {
  static const auto model = load_builtin({genre_seed_model, genre_seed_model_end});
  return model;
}

Result<std::shared_ptr<const Model>> Model::best(const FindNetwork& find_network) {
  const auto musicnn = find_network("musicnn");
  const bool without_musicnn = !musicnn && musicnn.error().code == ErrorCode::kUnavailable;
  if (without_musicnn)
    return load({genre_best_mn04_model, genre_best_mn04_model_end}, find_network);
  return load({genre_best_model, genre_best_model_end}, [&](const std::string& name) {
    return name == "musicnn" ? musicnn : find_network(name);  // it was read already
  });
}

}  // namespace genre
