#include "base/base64.h"

#include <algorithm>
#include <boost/archive/iterators/binary_from_base64.hpp>
#include <boost/archive/iterators/dataflow_exception.hpp>
#include <boost/archive/iterators/transform_width.hpp>

namespace genre::base {

std::optional<std::vector<std::byte>> decode_base64(std::string_view text) {
  namespace iterators = boost::archive::iterators;
  using Decoder = iterators::transform_width<iterators::binary_from_base64<const char*>, 8, 6>;
  constexpr char kPadding = '=';  // Boost decodes it as a zero, wherever it stands
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with(kPadding); ++i) text.remove_suffix(1);
  if (text.find(kPadding) != std::string_view::npos) return std::nullopt;

  std::vector<std::byte> bytes(text.size() * 3 / 4);
  Decoder decoder(text.data());
  try {
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(*decoder++); });
  } catch (const iterators::dataflow_exception&) {
    return std::nullopt;  // not a base64 character
  }
  return bytes;
}

}  // namespace genre::base
