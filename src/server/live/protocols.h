// The subprotocols that a client of WebSocket offers (RFC 6455, section 11.3.4). A page in a
// browser can set no other header, so a token comes as one of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"

namespace genre::server {

inline constexpr std::string_view kLiveProtocol = "genre";
inline constexpr std::string_view kTokenProtocol = "bearer.";  // and the token

[[nodiscard]] bool offers_protocol(const http::Exchange& exchange, std::string_view name);

// "Bearer " and the token; empty if there is none.
[[nodiscard]] std::string authorization_of_protocols(const http::Exchange& exchange);

}  // namespace genre::server
