// Parameters with names.
#pragma once

#include <string>

#include "genre/features.h"

namespace genre::python {

// numpy.pad's name of it. Throws Failure for another name.
[[nodiscard]] PadMode pad_mode_of(const std::string& name);

}  // namespace genre::python
