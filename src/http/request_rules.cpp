#include "http/request_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace genre::http {
namespace {

using Field = beast::http::field;

Problem malformed(std::string detail) { return {400, "malformed_request", std::move(detail)}; }

bool is_chunked(std::string_view encoding) {
  return beast::iequals({encoding.data(), encoding.size()}, "chunked");
}

// RFC 3986, section 3.2: host [":" port], without userinfo. The server has one site and does not
// compare the name, so a looser check than the grammar's is enough.
bool is_host(std::string_view text) {
  constexpr std::string_view kOthers = "-._~!$&'()*+,;=%:[]";
  return std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

// A proxy and the server must not take a request for two different ones, one by the first of two
// values, the other by the second.
std::optional<Problem> check_singletons(const RequestHead& head) {
  using Singleton = std::pair<Field, const char*>;
  for (const auto& [field, name] :
       {Singleton{Field::host, "Host"}, Singleton{Field::authorization, "Authorization"},
        Singleton{Field::content_type, "Content-Type"}}) {
    if (std::ranges::count(head.fields, field, &RequestHead::Field::name) > 1) {
      return malformed(fmt::format("The request has more than one {} header.", name));
    }
  }
  return std::nullopt;
}

// RFC 9112, section 3.2.
std::optional<Problem> check_host(const RequestHead& head) {
  const bool absent = std::ranges::count(head.fields, Field::host, &RequestHead::Field::name) == 0;
  if (absent && head.version >= kHttp11) return malformed("The request has no Host header.");
  if (!is_host(head[Field::host])) return malformed("The Host header is not a host and a port.");
  return std::nullopt;
}

// RFC 9112, section 3.2: "/path", as sent to a server; "http://host/path", as sent to a proxy and
// accepted by servers; "*", the server itself, for OPTIONS.
std::optional<Problem> normalize_target(RequestHead& head) {
  std::string& target = head.target;
  if (target.starts_with('/') || (target == "*" && head.method == "OPTIONS")) return std::nullopt;
  const std::size_t scheme = target.find("://");
  const std::string_view name = std::string_view(target).substr(0, scheme);
  if (scheme == std::string::npos || !(beast::iequals({name.data(), name.size()}, "http") ||
                                       beast::iequals({name.data(), name.size()}, "https"))) {
    return malformed("The target of the request must start with / or http://.");
  }
  const std::size_t host = scheme + 3;
  const std::size_t path = std::min(target.find_first_of("/?", host), target.size());
  if (path == host || !is_host(std::string_view(target).substr(host, path - host))) {
    return malformed("The target of the request has no valid host.");
  }
  target.erase(0, path);
  if (!target.starts_with('/')) target.insert(target.begin(), '/');
  return std::nullopt;
}

// RFC 9112, section 6.1. What a proxy may have read in another way is refused: the bytes after it
// could be taken for a request of someone else.
std::optional<Problem> check_transfer_encoding(const RequestHead& head) {
  std::size_t n = 0;
  for (const auto& field : head.fields) {
    if (field.name != Field::transfer_encoding) continue;
    if (!is_chunked(field.value) || ++n > 1) {
      return Problem{501, "unsupported_transfer_encoding",
                     "The only supported transfer encoding is chunked."};
    }
  }
  if (n > 0 && head.version < kHttp11) {
    return malformed("HTTP/1.0 has no Transfer-Encoding.");
  }
  return std::nullopt;
}

std::optional<Problem> check_expect(const RequestHead& head) {
  const std::string_view expect = head[Field::expect];
  if (expect.empty() || head.version < kHttp11 ||
      beast::iequals({expect.data(), expect.size()}, "100-continue")) {
    return std::nullopt;
  }
  return Problem{417, "expectation_failed", "The only supported expectation is 100-continue."};
}

// RFC 9110, section 5.3: the lines of a list are one list. Proxies add lines of their own.
void combine_lists(RequestHead& head) {
  for (const Field name :
       {Field::accept, Field::accept_encoding, Field::connection, Field::content_encoding,
        Field::if_none_match, Field::prefer, Field::sec_websocket_protocol, Field::upgrade}) {
    const auto first = std::ranges::find(head.fields, name, &RequestHead::Field::name);
    if (first == head.fields.end()) continue;
    for (auto field = first + 1; field != head.fields.end(); ++field) {
      if (field->name == name) first->value += ", " + field->value;
    }
    head.fields.erase(
        std::remove_if(first + 1, head.fields.end(),
                       [&](const RequestHead::Field& field) { return field.name == name; }),
        head.fields.end());
  }
}

}  // namespace

std::optional<Problem> apply_rules(RequestHead& head) {
  combine_lists(head);
  if (auto problem = check_singletons(head)) return problem;
  if (auto problem = check_host(head)) return problem;
  if (auto problem = normalize_target(head)) return problem;
  if (auto problem = check_transfer_encoding(head)) return problem;
  return check_expect(head);
}

}  // namespace genre::http
