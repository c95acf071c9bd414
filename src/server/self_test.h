// Tests a model before it is put into service.
#pragma once

#include <memory>

#include "genre/model.h"
#include "genre/result.h"

namespace genre::server {

// Runs the whole prediction on a generated WAV file of three seconds. Error: kBadModel with the
// reason.
[[nodiscard]] Result<void> self_test(const std::shared_ptr<const Model>& model);

}  // namespace genre::server
