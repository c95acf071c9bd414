// By what names a request is found again in logs.
#pragma once

#include <string>
#include <string_view>

namespace genre::http {

// The client's own name for the request (X-Request-Id), if it is 1 to 128 letters, digits and
// "-_.:/+=", else a new one.
[[nodiscard]] std::string request_id(std::string_view header);

// The trace that the request belongs to, out of traceparent (W3C Trace Context): 32 hexadecimal
// digits; empty where the header field is missing or wrong.
[[nodiscard]] std::string trace_id(std::string_view traceparent);

}  // namespace genre::http
