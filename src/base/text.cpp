#include "base/text.h"

#include <fmt/format.h>

#include <boost/locale/utf.hpp>
#include <cmath>
#include <cstddef>

namespace genre::base {
namespace {

namespace utf = boost::locale::utf;  // checks for overlong forms and surrogates, too

// A character of a text, or a byte that is no part of one.
struct Character {
  utf::code_point point;
  std::string_view bytes;
  bool valid;
};

Character next_character(std::string_view text) {
  const char* next = text.data();
  const utf::code_point point = utf::utf_traits<char>::decode(next, next + text.size());
  const bool valid = point != utf::illegal && point != utf::incomplete;
  const std::size_t size = valid ? static_cast<std::size_t>(next - text.data()) : 1;
  return {point, text.substr(0, size), valid};
}

bool is_printable(const Character& character) {
  const utf::code_point point = character.point;
  const bool control = point < U' ' || (point >= 0x7F && point <= 0x9F);
  const bool separates_or_reorders =
      (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
  return character.valid && !control && !separates_or_reorders;
}

std::string escaped(const Character& character) {
  switch (character.valid ? character.point : 0) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (character.bytes.size() > 1) return fmt::format("\\u{:04x}", character.point);
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(character.bytes.front()));
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_printable_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = next_character(text);
    if (!is_printable(character)) return false;
    text.remove_prefix(character.bytes.size());
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const Character character = next_character(text);
    result += is_printable(character) ? std::string(character.bytes) : escaped(character);
    text.remove_prefix(character.bytes.size());
  }
  return result;
}

double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

}  // namespace genre::base
