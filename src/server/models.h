// The models in service, each under its name.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genre/model.h"

namespace genre::server {

struct NamedModel {
  std::string name;  // in URLs: is_model_name
  std::shared_ptr<const Model> model;
};

inline constexpr std::size_t kMaxModelName = 64;  // bytes

// Whether the name has 1 to kMaxModelName letters, digits, dots, hyphens and underscores, so that
// URLs need no percent-encoding, and is not only dots, which clients remove from a path.
[[nodiscard]] bool is_model_name(std::string_view name);

// Names and number are fixed; each model can be replaced. Thread-safe. A model that get returned
// stays valid after set.
class Models {
 public:
  // At least one, with names that differ. The first is the default.
  explicit Models(std::vector<NamedModel> models);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  [[nodiscard]] std::shared_ptr<const Model> get(std::size_t index) const;
  void set(std::size_t index, std::shared_ptr<const Model> model);

 private:
  const std::vector<std::string> names_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const Model>> models_;
};

}  // namespace genre::server
