#include "http/listener.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "http/client_network.h"
#include "http/stream.h"
#include "http/systemd.h"

namespace genre::http {
namespace {

constexpr std::size_t kMaxRejected = 64;  // at a time; further connections are closed at once
constexpr rlim_t kOtherFiles = 64;        // open files that are not connections
constexpr std::chrono::milliseconds kAcceptPause{100};

// Raises it at most to the hard limit. If that is too low, accept sometimes fails and is retried.
void raise_open_files_limit(std::size_t connections) {
  const rlim_t wanted = connections + kMaxRejected + kOtherFiles;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

ListenOptions with_defaults(ListenOptions options) {
  if (options.max_per_client == 0) {
    options.max_per_client = default_max_per_client(options.max_connections);
  }
  return options;
}

tcp::acceptor make_acceptor(net::io_context& io, const ListenOptions& options) try {
  if (const auto socket = options.inherit ? inherited_socket() : std::nullopt) {
    int family = AF_INET6;
    socklen_t size = sizeof(family);
    getsockopt(*socket, SOL_SOCKET, SO_DOMAIN, &family, &size);
    return {io, family == AF_INET ? tcp::v4() : tcp::v6(), *socket};
  }
  const auto results =
      tcp::resolver(io).resolve(options.host, std::to_string(options.port),
                                tcp::resolver::passive | tcp::resolver::numeric_service);
  return {io, results.begin()->endpoint()};
} catch (const boost::system::system_error& error) {
  throw ListenError(fmt::format("cannot listen on {} port {}: {}", options.host, options.port,
                                error.code().message()));
}

}  // namespace

std::size_t default_max_per_client(std::size_t max_connections) {
  constexpr std::size_t kLeast = 64;
  return std::min(max_connections, std::max(kLeast, max_connections / 2));
}

Listener::Listener(net::io_context& io, const ListenOptions& options, ServerState& state, Tls tls,
                   Handler handler, Handler rejection)
    : io_(io),
      options_(with_defaults(options)),
      state_(state),
      tls_(std::move(tls)),
      handler_(std::move(handler)),
      rejection_(std::move(rejection)),
      acceptor_(make_acceptor(io, options)),
      drain_timer_(io) {
  raise_open_files_limit(options_.max_connections);
}

std::string Listener::url() const {
  const auto endpoint = acceptor_.local_endpoint();
  const auto address = endpoint.address();
  const auto host =
      address.is_v6() ? fmt::format("[{}]", address.to_string()) : address.to_string();
  return fmt::format("{}://{}:{}", tls_ ? "https" : "http", host, endpoint.port());
}

net::awaitable<void> Listener::accept() {
  net::steady_timer pause(io_);
  while (acceptor_.is_open()) {
    error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(into(error));
    if (!error) {
      start_session(std::move(socket));
    } else if (error != net::error::operation_aborted) {
      // Most likely out of file descriptors. The connection stays in the kernel's queue, so without
      // a pause this loop would spin until another connection ends.
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(into(error));
    }
  }
}

// Without memory for a session, its connection is closed. The others continue.
void Listener::start_session(tcp::socket socket) noexcept try {
  auto stream = make_stream(std::move(socket), tls_);
  const std::string client = client_network(stream->peer());
  const bool served = admit(client);
  if (!served && connections_.size() - n_served_ >= kMaxRejected) return;
  const auto connection = std::make_shared<Connection>(std::move(stream));
  connections_.emplace(connection, Session{client, served});
  if (served) {
    ++n_served_;
    ++served_[client];
  }
  try {
    net::co_spawn(
        io_, served ? serve(connection, state_, handler_) : reject(connection, state_, rejection_),
        [this, connection](const std::exception_ptr&) { end_session(connection); });
  } catch (...) {
    end_session(connection);
    throw;
  }
} catch (const std::exception&) {
}

void Listener::end_session(const std::shared_ptr<Connection>& connection) {
  const auto session = connections_.extract(connection).mapped();
  if (session.served) {
    --n_served_;
    const auto count = served_.find(session.client);
    if (--count->second == 0) served_.erase(count);
  }
  if (connections_.empty()) drain_timer_.cancel();
}

// Whether there is room for one more connection of this client. An idle connection that ends to
// make room counts until its coroutine has noticed: there is one too many for a moment.
bool Listener::admit(const std::string& client) {
  const auto own = served_.find(client);
  if (own != served_.end() && own->second >= options_.max_per_client) {
    return end_longest_idle(&client);
  }
  return n_served_ < options_.max_connections || end_longest_idle(nullptr);
}

// Of this client, or of the one with the most connections. Rare: only at the limit.
bool Listener::end_longest_idle(const std::string* client) {
  using Rank = std::pair<std::size_t, std::chrono::steady_clock::duration>;
  std::vector<std::pair<Rank, Connection*>> idle;
  const auto now = std::chrono::steady_clock::now();
  for (const auto& [connection, session] : connections_) {
    if (!connection->idle() || (client && session.client != *client)) continue;
    idle.push_back({{served_[session.client], now - connection->idle_since()}, connection.get()});
  }
  std::ranges::make_heap(idle);
  for (; !idle.empty(); idle.pop_back()) {
    std::ranges::pop_heap(idle);
    if (idle.back().second->end_idle()) return true;
  }
  return false;
}

void Listener::close(std::chrono::milliseconds idle_grace) {
  error_code error;
  // Connections in the kernel's queue are established for their clients. Closing the socket would
  // reset them, so they are served first. An inherited socket stays open in systemd, and the next
  // process that gets it serves them.
  if (!options_.inherit || !inherited_socket()) {
    acceptor_.non_blocking(true, error);
    while (!error) {
      tcp::socket socket = acceptor_.accept(error);
      if (!error) start_session(std::move(socket));
    }
  }
  acceptor_.close(error);
  for (const auto& [connection, session] : connections_) connection->limit_idle(idle_grace);
}

net::awaitable<bool> Listener::drain(std::chrono::milliseconds time) {
  if (connections_.empty()) co_return true;
  error_code error;
  drain_timer_.expires_after(time);
  co_await drain_timer_.async_wait(into(error));  // cancelled when the last session ends
  if (error) co_return true;
  co_return std::ranges::all_of(connections_,
                                [](const auto& session) { return session.first->lingering(); });
}

}  // namespace genre::http
