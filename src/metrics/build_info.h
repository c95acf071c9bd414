// The metric genre_build_info: which program this is.
#pragma once

#include <string>

namespace prometheus {
class Registry;
}

namespace genre::metrics {

// revision: of the source code; empty if unknown.
void add_build_info(prometheus::Registry& registry, const std::string& revision);

}  // namespace genre::metrics
