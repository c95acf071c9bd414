#include "server/models.h"

#include <cassert>
#include <utility>

namespace genre::server {
namespace {

std::vector<std::string> names_of(const std::vector<NamedModel>& models) {
  std::vector<std::string> names;
  for (const NamedModel& model : models) names.push_back(model.name);
  return names;
}

}  // namespace

bool is_model_name(std::string_view name) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return name.size() <= kMaxModelName &&
         name.find_first_not_of(kCharacters) == std::string_view::npos &&
         name.find_first_not_of('.') != std::string_view::npos;
}

Models::Models(std::vector<NamedModel> models) : names_(names_of(models)) {
  assert(!models.empty());
  for (NamedModel& model : models) models_.push_back(std::move(model.model));
}

std::shared_ptr<const Model> Models::get(std::size_t index) const {
  const std::scoped_lock lock(mutex_);
  return models_.at(index);
}

void Models::set(std::size_t index, std::shared_ptr<const Model> model) {
  const std::scoped_lock lock(mutex_);
  models_.at(index).swap(model);  // the old model is destroyed after the lock is released
}

}  // namespace genre::server
