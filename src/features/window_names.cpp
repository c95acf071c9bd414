#include <array>
#include <utility>

#include "genre/frontend.h"

namespace genre {
namespace {

constexpr std::array<std::pair<Window, std::string_view>, 4> kNames = {{
    {Window::kHann, "hann"},
    {Window::kHamming, "hamming"},
    {Window::kBlackman, "blackman"},
    {Window::kOnes, "ones"},
}};

}  // namespace

std::string_view to_string(Window window) {
  for (const auto& [value, name] : kNames) {
    if (value == window) return name;
  }
  return "unknown";
}

std::optional<Window> parse_window(std::string_view name) {
  if (name == "boxcar") return Window::kOnes;  // scipy's other name
  for (const auto& [value, its_name] : kNames) {
    if (its_name == name) return value;
  }
  return std::nullopt;
}

}  // namespace genre
