// The error of a model that cannot be used.
#pragma once

#include <string>

#include "genre/result.h"

namespace genre::model {

[[nodiscard]] inline tl::unexpected<Error> bad_model(const std::string& why) {
  return fail(ErrorCode::kBadModel, "cannot use this model: " + why);
}

}  // namespace genre::model
