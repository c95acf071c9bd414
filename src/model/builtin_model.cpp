#include <stdexcept>

#include "genre/model.h"

extern "C" {
extern const std::byte genre_builtin_model[];  // defined in builtin_model.S
extern const std::byte genre_builtin_model_end[];
}

namespace genre {

std::shared_ptr<const Model> Model::builtin() {
  static const std::shared_ptr<const Model> model = [] {
    auto loaded = load({genre_builtin_model, genre_builtin_model_end});
    if (!loaded) throw std::logic_error("built-in model: " + loaded.error().message);
    return *loaded;
  }();
  return model;
}

}  // namespace genre
