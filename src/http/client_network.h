// What counts as one client.
#pragma once

#include <string>

namespace genre::http {

// The address; of an IPv6 address its first 64 bits, because one client usually has such a network.
[[nodiscard]] std::string client_network(const std::string& address);

}  // namespace genre::http
