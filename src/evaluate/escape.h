// Text in HTML.
#pragma once

#include <string>
#include <string_view>

namespace genre {

[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace genre
