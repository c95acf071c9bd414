#include "server/live/protocols.h"

#include <algorithm>

#include "base/text.h"

namespace genre::server {
namespace {

std::vector<std::string_view> offered(const http::Exchange& exchange) {
  std::vector<std::string_view> names;
  std::string_view list = exchange.header("Sec-WebSocket-Protocol");
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    names.push_back(base::trim(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

}  // namespace

bool offers_protocol(const http::Exchange& exchange, std::string_view name) {
  const auto names = offered(exchange);
  return std::ranges::find(names, name) != names.end();
}

std::string authorization_of_protocols(const http::Exchange& exchange) {
  for (const std::string_view name : offered(exchange)) {
    if (name.starts_with(kTokenProtocol)) {
      return "Bearer " + std::string(name.substr(kTokenProtocol.size()));
    }
  }
  return {};
}

}  // namespace genre::server
