#include "http/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace genre::http {
namespace {

bool is_name_character(char c) {
  constexpr std::string_view kOthers = "-_.:/+=";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string request_id(std::string_view header) {
  constexpr std::size_t kMaxSize = 128;
  if (!header.empty() && header.size() <= kMaxSize &&
      std::ranges::all_of(header, is_name_character)) {
    return std::string(header);
  }
  thread_local std::mt19937_64 random{std::random_device{}()};
  return fmt::format("{:016x}", random());
}

// version "-" trace-id "-" parent-id "-" flags; later versions may append fields.
std::string trace_id(std::string_view traceparent) {
  constexpr std::size_t kSize = 55, kBegin = 3, kDigits = 32, kParent = 36, kFlags = 53;
  const bool well_formed =
      traceparent.size() >= kSize && is_hex(traceparent.substr(0, 2)) &&
      !traceparent.starts_with("ff") && traceparent[2] == '-' &&
      is_hex(traceparent.substr(kBegin, kDigits)) && traceparent[kParent - 1] == '-' &&
      is_hex(traceparent.substr(kParent, 16)) && traceparent[kFlags - 1] == '-' &&
      is_hex(traceparent.substr(kFlags, 2)) &&
      (traceparent.size() == kSize ||
       (traceparent[kSize] == '-' && !traceparent.starts_with("00")));
  if (!well_formed) return {};
  std::string id(traceparent.substr(kBegin, kDigits));
  return id.find_first_not_of('0') == std::string::npos ? std::string() : id;
}

}  // namespace genre::http
