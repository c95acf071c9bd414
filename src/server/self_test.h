// The check of a model before it serves.
#pragma once

#include <memory>

#include "genre/model.h"
#include "genre/result.h"

namespace genre::server {

// Predicts a generated clip of three seconds, from the bytes of a WAV file to certainties.
// kBadModel with a sentence about what is wrong.
[[nodiscard]] Result<void> self_test(const std::shared_ptr<const Model>& model);

}  // namespace genre::server
