#include "server/page/page.h"

#include <algorithm>
#include <array>
#include <string>

#include "http/negotiation.h"
#include "server/page/assets.h"

namespace genre::server {
namespace {

// Allows only the page's own files: no other host, no inline script.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data: blob:; media-src blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::array kGzip = {http::Coding::kGzip};  // made when the program is built

const Asset* find(std::string_view path) {
  const auto all = assets();
  const auto found = std::ranges::find(all, path, &Asset::path);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

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

  if (http::matches(if_none_match, asset.etag)) {
    response.status = 304;
  } else if (!asset.gzip.empty() &&
             http::preferred_coding(accept_encoding, kGzip) == http::Coding::kGzip) {
    add("Content-Encoding", "gzip");
    response.body = asset.gzip;
  } else {
    response.body = asset.body;
  }
  return response;
}

}  // namespace genre::server
