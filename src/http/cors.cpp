#include "http/cors.h"

#include <algorithm>

#include "http/negotiation.h"

namespace genre::http {
namespace {

constexpr const char* kRequestHeaders =
    "Authorization, Content-Encoding, Content-Type, Inference-Header-Content-Length, Prefer, "
    "X-Request-Id, traceparent";
constexpr const char* kResponseHeaders =
    "Inference-Header-Content-Length, Location, Preference-Applied, Retry-After, X-Request-Id";
constexpr const char* kMaxAge = "7200";  // s; Chrome's maximum

}  // namespace

bool Cors::lists(std::string_view origin) const {
  return std::ranges::any_of(
      origins_, [&](const std::string& allowed) { return allowed == "*" || allowed == origin; });
}

bool Cors::allows(std::string_view origin, std::string_view host) const {
  if (origin.empty() || lists(origin)) return true;
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.substr(scheme + 3) == host;
}

void Cors::add_headers(std::string_view origin, Headers& headers) const {
  if (origins_.empty()) return;
  add_vary(headers, "Origin");
  if (origin.empty() || !lists(origin)) return;
  headers.emplace_back("Access-Control-Allow-Origin", origin);
  headers.emplace_back("Access-Control-Expose-Headers", kResponseHeaders);
}

Response Cors::preflight(std::string_view methods) const {
  const std::string allowed = std::string(methods) + ", OPTIONS";
  Response response{.status = 204, .content_type = {}, .body = {}, .headers = {{"Allow", allowed}}};
  if (!origins_.empty()) {
    response.headers.emplace_back("Access-Control-Allow-Methods", allowed);
    response.headers.emplace_back("Access-Control-Allow-Headers", kRequestHeaders);
    response.headers.emplace_back("Access-Control-Max-Age", kMaxAge);
  }
  return response;
}

}  // namespace genre::http
