// Input: the value of a header field. Expects an error, or a value and parameter names in lower
// case without spaces at both ends.
#include "http/header_value.h"

#include "base/text.h"
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::base::to_lower;
  using genre::base::trim;
  using genre::fuzz::require;
  const auto field = genre::http::parse_header_value({reinterpret_cast<const char*>(data), size});
  if (!field) return 0;
  require(!field->value.empty() && field->value == to_lower(trim(field->value)));
  for (const auto& [name, value] : field->parameters) {
    require(!name.empty() && name == to_lower(trim(name)));
    require(field->parameter(name) != nullptr);
  }
  return 0;
}
