#include "server/api/form.h"

#include <fmt/format.h>

#include <string>

namespace genre::server {

http::Problem missing_file(std::span<const http::Part> parts) {
  std::string names;
  for (const http::Part& part : parts) names += (names.empty() ? "" : ", ") + part.name;
  return http::Problem{400, "missing_file",
                       fmt::format("The form has no field \"{}\". Fields found: {}.", kFileField,
                                   names.empty() ? "none" : names)};
}

}  // namespace genre::server
