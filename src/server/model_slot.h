// The model in service.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "genre/model.h"

namespace genre::server {

// Thread-safe. A model that get returned stays valid after set.
class ModelSlot {
 public:
  explicit ModelSlot(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

  [[nodiscard]] std::shared_ptr<const Model> get() const {
    const std::scoped_lock lock(mutex_);
    return model_;
  }

  void set(std::shared_ptr<const Model> model) {
    const std::scoped_lock lock(mutex_);
    model_.swap(model);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Model> model_;
};

}  // namespace genre::server
