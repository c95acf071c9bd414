// Errors as application/problem+json (RFC 9457).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>

#include "http/response.h"

namespace genre::http {

// What is wrong with a request. It stays a struct until the response is rendered, so that each
// protocol renders it in its own form.
struct Problem {
  int status = 500;
  std::string code;    // stable and in snake_case: programs match on it
  std::string detail;  // a sentence for people
  Headers headers = {};
};

// What a request comes to.
using Reply = tl::expected<Response, Problem>;

// The header fields that the rendered response will have.
[[nodiscard]] inline Headers& headers_of(Reply& reply) {
  return reply ? reply->headers : reply.error().headers;
}

// 503 with Retry-After: the same request may work in a moment.
[[nodiscard]] Problem busy(std::string code, std::string detail);

// {"type", "title", "status", "detail", "code"}.
[[nodiscard]] nlohmann::ordered_json to_json(const Problem& problem);

// Bytes of the problem's text that are not UTF-8 are replaced.
[[nodiscard]] Response to_response(const Problem& problem);

}  // namespace genre::http
