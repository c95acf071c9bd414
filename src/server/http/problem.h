// Errors as application/problem+json (RFC 9457).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "genre/result.h"
#include "server/http/response.h"

namespace genre::server {

// code: the stable snake_case name that programs match on; detail: one sentence for people.
[[nodiscard]] Response problem(int status, std::string_view code, std::string_view detail);

// The same for what audio files are refused for.
[[nodiscard]] Response problem(const Error& error);

// The object in its body, {"type", "title", "status", "detail", "code"}, to stand among others.
[[nodiscard]] nlohmann::ordered_json problem_json(const Error& error);

// 503 with Retry-After: it may well work in a moment.
[[nodiscard]] Response busy(std::string_view code, std::string_view detail);

}  // namespace genre::server
