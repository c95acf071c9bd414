#include "http/negotiation.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <utility>

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

// Nothing if there is no memory for it: the response then stays as it is.
std::optional<std::string> gzip(const std::string& body) {
  constexpr int kGzip = 16 + MAX_WBITS;
  constexpr int kMemory = 8;  // zlib's default
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string compressed(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int status = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return status == Z_STREAM_END ? std::optional(std::move(compressed)) : std::nullopt;
}

}  // namespace

bool prefers(std::string_view prefer, std::string_view preference) {
  return any_element(prefer, [&](std::string_view element) {
    const auto parsed = parse_header_value(element);
    return parsed && parsed->value == preference;
  });
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<double> gzip, identity;
  double others = 0;
  any_element(accept_encoding, [&](std::string_view element) {
    const auto coding = parse_header_value(element);
    if (!coding) return false;
    const double weight = weight_of(*coding);
    if (coding->value == "gzip" || coding->value == "x-gzip") gzip = weight;
    if (coding->value == "identity") identity = weight;
    if (coding->value == "*") others = weight;
    return false;
  });
  const double wanted = gzip.value_or(others);
  return wanted > 0 && wanted >= identity.value_or(0);
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
  if (!accepts_gzip(accept_encoding)) return;
  auto compressed = gzip(response.body);
  if (!compressed) return;
  response.body = *std::move(compressed);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace genre::http
