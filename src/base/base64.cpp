#include "base/base64.h"

#include <algorithm>
#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/binary_from_base64.hpp>
#include <boost/archive/iterators/dataflow_exception.hpp>
#include <boost/archive/iterators/transform_width.hpp>

namespace genre::base {
namespace {

namespace iterators = boost::archive::iterators;
constexpr char kPadding = '=';

}  // namespace

std::optional<std::vector<std::byte>> decode_base64(std::string_view text) {
  using Decoder = iterators::transform_width<iterators::binary_from_base64<const char*>, 8, 6>;
  if (text.size() % 4 != 0) return std::nullopt;
  // Boost decodes padding as a zero, wherever it stands.
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

std::string encode_base64(std::span<const std::byte> bytes) {
  using Encoder =
      iterators::base64_from_binary<iterators::transform_width<const unsigned char*, 6, 8>>;
  const std::size_t n_padding = (3 - bytes.size() % 3) % 3;
  // Boost reads whole groups of three bytes.
  std::vector<unsigned char> groups(bytes.size() + n_padding);
  std::ranges::transform(bytes, groups.begin(), std::to_integer<unsigned char>);
  std::string text(Encoder(groups.data()), Encoder(groups.data() + groups.size()));
  text.replace(text.size() - n_padding, n_padding, n_padding, kPadding);
  return text;
}

}  // namespace genre::base
