// Whether a model does what it is there for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "genre/model.h"

namespace genre::server {

// Predicts a clip of three seconds, made here, all the way from a WAV file's bytes. What is wrong,
// if anything is.
[[nodiscard]] std::optional<std::string> self_test(const std::shared_ptr<const Model>& model);

}  // namespace genre::server
