#include "http/header_value.h"

#include <algorithm>

#include "base/text.h"

namespace genre::http {
namespace {

// Removes the quoted string at the start of text and returns it. Nothing if it is unterminated.
std::optional<std::string> consume_quoted(std::string_view& text) {
  std::string result;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return result;
    }
    const bool escape =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (escape) ++i;
    result += text[i];
  }
  return std::nullopt;
}

// Removes the text before the first of `ends` and returns it.
std::string_view consume_until(std::string_view& text, std::string_view ends) {
  const auto consumed = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(consumed.size());
  return base::trim(consumed);
}

}  // namespace

const std::string* HeaderValue::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, [](const auto& p) { return p.first; });
  return found == parameters.end() ? nullptr : &found->second;
}

std::optional<HeaderValue> parse_header_value(std::string_view text) {
  HeaderValue result;
  result.value = base::to_lower(consume_until(text, ";"));
  if (result.value.empty()) return std::nullopt;
  while (true) {
    text = base::trim(text);
    if (text.empty()) return result;
    if (text.front() != ';') return std::nullopt;  // text after a quoted string
    text = base::trim(text.substr(1));
    if (text.empty() || text.front() == ';') continue;

    std::string name = base::to_lower(consume_until(text, "=;"));
    if (name.empty() || text.empty() || text.front() != '=') return std::nullopt;
    text = base::trim(text.substr(1));
    std::string value;
    if (text.starts_with('"')) {
      auto quoted = consume_quoted(text);
      if (!quoted) return std::nullopt;
      value = std::move(*quoted);
    } else {
      value = consume_until(text, ";");
    }
    result.parameters.emplace_back(std::move(name), std::move(value));
  }
}

}  // namespace genre::http
