// A header field's value: nothing, or what is in lower case and without blanks around it.
#include "server/http/header_value.h"

#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  using genre::server::to_lower;
  using genre::server::trim;
  const auto field = genre::server::parse_header_value({reinterpret_cast<const char*>(data), size});
  if (!field) return 0;
  require(!field->value.empty() && field->value == to_lower(trim(field->value)));
  for (const auto& [name, value] : field->parameters) {
    require(!name.empty() && name == to_lower(trim(name)));
    require(field->parameter(name) != nullptr);
  }
  return 0;
}
