// Identifiers that connect a request with log lines.
#pragma once

#include <string>
#include <string_view>

namespace genre::http {

// The client's X-Request-Id if it has 1 to 128 letters, digits and "-_.:/+=", else a new id.
[[nodiscard]] std::string request_id(std::string_view header);

// The trace-id of traceparent (W3C Trace Context), 32 hexadecimal digits; empty if the header field
// is missing or invalid.
[[nodiscard]] std::string trace_id(std::string_view traceparent);

}  // namespace genre::http
