#include "base/text.h"

#include <boost/locale/utf.hpp>
#include <cmath>

namespace genre::base {

std::string html_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
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
  namespace utf = boost::locale::utf;  // checks for overlong forms and surrogates, too
  constexpr utf::code_point kDelete = 0x7F, kLastControl = 0x9F;
  const char* next = text.data();
  const char* const end = next + text.size();
  while (next != end) {
    const utf::code_point point = utf::utf_traits<char>::decode(next, end);
    const bool valid = point != utf::illegal && point != utf::incomplete;
    const bool control = point < U' ' || (point >= kDelete && point <= kLastControl);
    if (!valid || control) return false;
  }
  return true;
}

double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

}  // namespace genre::base
