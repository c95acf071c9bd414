#include "server/page/page.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "base/text.h"
#include "http/header_value.h"
#include "server/page/assets.h"

namespace genre::server {
namespace {

// Allows only the page's own files: no other host, no inline script. The hash is that of a style
// element that wavesurfer.js creates.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-XGW/cX2BkTPWNNT3NdyASrPEWZfPnKdPJaJ2aN7R+v8='; "
    "img-src 'self' data: blob:; media-src blob:; connect-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const Asset* find(std::string_view path) {
  const auto all = assets();
  const auto found = std::ranges::find(all, path, &Asset::path);
  return found == all.end() ? nullptr : &*found;
}

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

// Weak comparison, as RFC 9110 requires for If-None-Match.
bool matches(std::string_view if_none_match, std::string_view etag) {
  const auto opaque = [](std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
  };
  return any_element(if_none_match, [&](std::string_view element) {
    return element == "*" || opaque(element) == opaque(etag);
  });
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> gzip;
  bool others = false;
  any_element(accept_encoding, [&](std::string_view element) {
    const auto coding = http::parse_header_value(element);
    if (!coding) return false;
    double weight = 1;
    if (const std::string* q = coding->parameter("q")) {
      std::from_chars(q->data(), q->data() + q->size(), weight);
    }
    const bool wanted = weight > 0;
    if (coding->value == "gzip") gzip = wanted;
    if (coding->value == "*") others = wanted;
    return false;
  });
  return gzip.value_or(others);
}

bool has_page() { return is_page("/docs"); }

bool is_page(std::string_view path) { return find(path) != nullptr; }

http::Response page(std::string_view path, std::string_view accept_encoding,
                    std::string_view if_none_match) {
  const Asset& asset = *find(path);
  http::Response response;
  response.content_type = asset.content_type;
  const auto add = [&response](const char* name, std::string_view value) {
    response.headers.emplace_back(name, value);
  };
  add("ETag", asset.etag);
  add("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  add("X-Content-Type-Options", "nosniff");
  add("Referrer-Policy", "no-referrer");
  if (asset.content_type.starts_with("text/html")) {
    add("Content-Security-Policy", kContentSecurityPolicy);
    add("Cross-Origin-Opener-Policy", "same-origin");
  }
  if (!asset.gzip.empty()) add("Vary", "Accept-Encoding");

  if (matches(if_none_match, asset.etag)) {
    response.status = 304;
  } else if (!asset.gzip.empty() && accepts_gzip(accept_encoding)) {
    add("Content-Encoding", "gzip");
    response.body = asset.gzip;
  } else {
    response.body = asset.body;
  }
  return response;
}

}  // namespace genre::server
