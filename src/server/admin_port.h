// A port of its own for those who watch the server: health, readiness and metrics.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <string>

#include "http/asio.h"
#include "http/byte_budget.h"
#include "http/exchange.h"
#include "http/listener.h"
#include "server/handler.h"
#include "server/options.h"
#include "server/service.h"

namespace genre::server {

// Shares nothing with the other port that its clients could use up. Use it on the I/O thread only.
class AdminPort {
 public:
  // options.admin_port is set. service must outlive it. Throws http::ListenError.
  AdminPort(http::net::io_context& io, const ServerOptions& options, Service& service)
      : state_{.limits = options.limits, .budget = http::ByteBudget(0)},
        listener_(
            io,
            {.host = options.listen.host,
             .port = *options.admin_port,
             .max_connections = kConnections,
             .max_per_client = kPerClient,
             .inherit = false},
            state_, nullptr,
            [&service](http::Exchange& exchange) {
              return handle_admin_request(service, exchange);
            },
            [&service](http::Exchange& exchange) { return reject_connection(service, exchange); }) {
  }

  [[nodiscard]] std::string url() const { return listener_.url(); }

  // Accepts connections until the process ends: it responds during the drain, too.
  [[nodiscard]] http::net::awaitable<void> accept() { return listener_.accept(); }

  // From now on connections close after their response.
  void stop() { state_.stopping = true; }

 private:
  static constexpr std::size_t kConnections = 64, kPerClient = 16;

  http::ServerState state_;
  http::Listener listener_;
};

}  // namespace genre::server
