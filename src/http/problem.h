// Errors as application/problem+json (RFC 9457).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>

#include "http/response.h"

namespace genre::http {

// An error response before it is rendered. Each protocol renders it in its own form.
struct Problem {
  int status = 500;
  std::string code;    // stable, in snake_case, for programs
  std::string detail;  // human-readable sentence
  Headers headers = {};
};

// The result of a request.
using Reply = tl::expected<Response, Problem>;

// The header fields of the rendered response.
[[nodiscard]] inline Headers& headers_of(Reply& reply) {
  return reply ? reply->headers : reply.error().headers;
}

// 503 with Retry-After: the client may repeat the request.
[[nodiscard]] Problem busy(std::string code, std::string detail);

// {"type", "title", "status", "detail", "code"}.
[[nodiscard]] nlohmann::ordered_json to_json(const Problem& problem);

// Replaces bytes of the detail that are not UTF-8.
[[nodiscard]] Response to_response(const Problem& problem);

}  // namespace genre::http
