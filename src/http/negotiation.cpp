#include "http/negotiation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "http/header_value.h"

namespace genre::http {
namespace {

constexpr std::size_t kWorthwhile = 1000;  // bytes; a smaller response fits into one packet anyway

// Calls use with each element of a list field (RFC 9110, section 5.6.1) until it returns true, and
// returns whether it did. Elements of the fields used here contain no comma.
template <typename Use>
bool any_element(std::string_view list, Use use) {
  while (!list.empty()) {
    const auto element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(element.size() + 1, list.size()));
    if (use(base::trim(element))) return true;
  }
  return false;
}

double weight_of(const HeaderValue& coding) {
  double weight = 1;
  if (const std::string* q = coding.parameter("q")) {
    std::from_chars(q->data(), q->data() + q->size(), weight);
  }
  return weight;
}

bool is_compressible(std::string_view content_type) {
  constexpr std::array<std::string_view, 4> kTypes = {
      "application/json", "application/problem+json", "text/", "image/svg+xml"};
  return std::ranges::any_of(kTypes,
                             [&](std::string_view type) { return content_type.starts_with(type); });
}

bool has(const Headers& headers, std::string_view name) {
  return std::ranges::find(headers, name, &Headers::value_type::first) != headers.end();
}

}  // namespace

bool prefers(std::string_view prefer, std::string_view preference) {
  return any_element(prefer, [&](std::string_view element) {
    const auto parsed = parse_header_value(element);
    return parsed && parsed->value == preference;
  });
}

Coding preferred_coding(std::string_view accept_encoding, std::span<const Coding> available) {
  std::optional<double> identity;
  double others = 0;
  std::vector<std::optional<double>> weights(available.size());
  any_element(accept_encoding, [&](std::string_view element) {
    const auto coding = parse_header_value(element);
    if (!coding) return false;
    const std::string name = coding->value == "x-gzip" ? "gzip" : coding->value;
    const double weight = weight_of(*coding);
    if (name == "*") others = weight;
    if (name == name_of(Coding::kIdentity)) identity = weight;
    const auto named = std::ranges::find(available, name, name_of);
    if (named != available.end()) weights[named - available.begin()] = weight;
    return false;
  });
  Coding preferred = Coding::kIdentity;
  double most = 0;
  for (std::size_t i = 0; i < available.size(); ++i) {
    const double weight = weights[i].value_or(others);
    if (weight > most && weight >= identity.value_or(0)) {
      preferred = available[i];
      most = weight;
    }
  }
  return preferred;
}

// Weak comparison, as RFC 9110 requires for If-None-Match.
bool matches(std::string_view if_none_match, std::string_view etag) {
  const auto opaque = [](std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
  };
  return any_element(if_none_match, [&](std::string_view element) {
    return element == "*" || opaque(element) == opaque(etag);
  });
}

// Weak, because the compressed body has the same one.
std::string weak_etag(std::string_view body) {
  return fmt::format("W/\"{:x}\"", std::hash<std::string_view>()(body));
}

void add_vary(Headers& headers, std::string_view name) {
  const auto vary = std::ranges::find(headers, "Vary", &Headers::value_type::first);
  if (vary == headers.end()) {
    headers.emplace_back("Vary", name);
  } else {
    vary->second += fmt::format(", {}", name);
  }
}

void compress(Response& response, std::string_view accept_encoding) {
  if (response.body.size() <= kWorthwhile || !is_compressible(response.content_type) ||
      has(response.headers, "Content-Encoding") || has(response.headers, "Vary")) {
    return;
  }
  add_vary(response.headers, "Accept-Encoding");
  const Coding coding = preferred_coding(accept_encoding);
  if (coding == Coding::kIdentity) return;
  auto compressed = encode(coding, response.body);
  if (!compressed) return;  // without memory for it, the response stays as it is
  response.body = *std::move(compressed);
  response.headers.emplace_back("Content-Encoding", name_of(coding));
}

}  // namespace genre::http
