#include "server/server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <exception>
#include <set>
#include <utility>

#include "server/http/asio.h"
#include "server/http/connection.h"
#include "server/session.h"

namespace genre::server {
namespace {

constexpr std::size_t kTurnedAwayAtOnce = 64;  // connections beyond the limit that get an answer
constexpr rlim_t kOtherFiles = 64;             // open files beside connections
constexpr std::chrono::milliseconds kAcceptPause{100};

// As far as the hard limit goes; what is missing then shows as failing accepts, which are survived.
void raise_open_files_limit(std::size_t connections) {
  const rlim_t wanted = connections + kTurnedAwayAtOnce + kOtherFiles;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

tcp::endpoint resolve(net::io_context& io, const ServerOptions& options) {
  const auto results =
      tcp::resolver(io).resolve(options.host, std::to_string(options.port),
                                tcp::resolver::passive | tcp::resolver::numeric_service);
  return results.begin()->endpoint();
}

}  // namespace

// The order of the members is the reverse of the order in which they must go: the workers before
// the io_context that they report to, and that before what its coroutines refer to.
struct Server::Impl {
  Impl(std::shared_ptr<const Model> model_to_serve, const ServerOptions& server_options)
      : options(server_options),
        model(std::move(model_to_serve)),
        service{.options = options,
                .model = model->info(),
                .workers = workers,
                .budget = ByteBudget(options.max_in_flight_bytes),
                .log = AccessLog(options.access_log)},
        acceptor(io, resolve(io, options)),
        workers(model, {.max_duration = options.max_audio_duration}, options.threads,
                options.max_queue) {}

  net::awaitable<void> accept() {
    net::steady_timer pause(io);
    while (acceptor.is_open()) {
      error_code error;
      tcp::socket socket = co_await acceptor.async_accept(into(error));
      if (!error) {
        start_session(std::move(socket));
      } else if (error != net::error::operation_aborted) {
        // Out of open files, most likely: some come free.
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(into(error));
      }
    }
  }

  void start_session(tcp::socket socket) {
    const std::size_t open = connections.size();
    if (open >= options.max_connections + kTurnedAwayAtOnce) return;
    const auto connection = std::make_shared<Connection>(std::move(socket));
    connections.insert(connection);
    net::co_spawn(io,
                  open < options.max_connections ? serve(connection, service)
                                                 : turn_away(connection, service),
                  [this, connection](const std::exception_ptr&) {
                    connections.erase(connection);
                    if (connections.empty()) drain_timer.cancel();
                  });
  }

  // run returns once the last connection has ended, or the time is up.
  void stop() {
    signals.clear();  // the next one ends the process at once
    service.stopping = true;
    acceptor.close();
    for (const auto& connection : connections) connection->stop_waiting();
    if (connections.empty()) return;
    drain_timer.expires_after(options.drain_timeout);
    drain_timer.async_wait([this](error_code cancelled) {
      if (!cancelled) io.stop();
    });
  }

  const ServerOptions options;
  const std::shared_ptr<const Model> model;
  Service service;
  net::io_context io{1};
  tcp::acceptor acceptor;
  net::signal_set signals{io, SIGTERM, SIGINT};
  net::steady_timer drain_timer{io};
  std::set<std::shared_ptr<Connection>> connections;
  WorkerPool workers;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

tl::expected<Server, std::string> Server::listen(std::shared_ptr<const Model> model,
                                                 const ServerOptions& options) {
  raise_open_files_limit(options.max_connections);
  try {
    return Server(std::make_unique<Impl>(std::move(model), options));
  } catch (const boost::system::system_error& error) {
    return tl::make_unexpected(fmt::format("cannot listen on {} port {}: {}", options.host,
                                           options.port, error.code().message()));
  }
}

std::string Server::url() const {
  const auto endpoint = impl_->acceptor.local_endpoint();
  const auto address = endpoint.address();
  const auto host =
      address.is_v6() ? fmt::format("[{}]", address.to_string()) : address.to_string();
  return fmt::format("http://{}:{}", host, endpoint.port());
}

bool Server::run() {
  Impl& impl = *impl_;
  impl.signals.async_wait([&impl](error_code error, int) {
    if (!error) impl.stop();
  });
  net::co_spawn(impl.io, impl.accept(), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);  // better than not to accept any more
  });
  impl.io.run();
  return impl.connections.empty();
}

}  // namespace genre::server
