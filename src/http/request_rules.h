// What RFC 9110 and RFC 9112 demand of a request beyond its syntax.
#pragma once

#include <optional>

#include "http/problem.h"
#include "http/request_parser.h"

namespace genre::http {

// Why the request is refused, or nothing. Brings the target into the form "/path?query", and the
// lines of a list header into one.
[[nodiscard]] std::optional<Problem> apply_rules(RequestHead& head);

}  // namespace genre::http
