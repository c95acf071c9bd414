#include "server/server.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <exception>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "http/asio.h"
#include "http/connection.h"
#include "http/offload.h"
#include "http/problem.h"
#include "http/systemd.h"
#include "http/tls.h"
#include "server/self_test.h"
#include "server/session.h"

namespace genre::server {
namespace {

using Tls = std::shared_ptr<net::ssl::context>;

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

http::tcp::acceptor make_acceptor(net::io_context& io, const ServerOptions& options) {
  if (const auto socket = http::inherited_socket()) {
    int family = AF_INET6;
    socklen_t size = sizeof(family);
    getsockopt(*socket, SOL_SOCKET, SO_DOMAIN, &family, &size);
    return {io, family == AF_INET ? http::tcp::v4() : http::tcp::v6(), *socket};
  }
  const auto results = http::tcp::resolver(io).resolve(
      options.host, std::to_string(options.port),
      http::tcp::resolver::passive | http::tcp::resolver::numeric_service);
  return {io, results.begin()->endpoint()};
}

tl::expected<Tls, std::string> read_tls(const ServerOptions& options) {
  if (options.tls_cert.empty()) return nullptr;
  return http::load_tls(options.tls_cert, options.tls_key);
}

using Tested = tl::expected<std::shared_ptr<const Model>, std::string>;

Tested load_tested(const Server::ModelSource& source) {
  auto model = source();
  if (!model) return tl::make_unexpected(std::move(model.error().message));
  if (const auto trouble = self_test(*model)) {
    return tl::make_unexpected(fmt::format("the model fails its self-test: {}", *trouble));
  }
  return *std::move(model);
}

}  // namespace

// The order of the members is the reverse of the order in which they must go: the threads before
// the io_context that they report to, and that before what its coroutines refer to.
struct Server::Impl {
  Impl(ModelSource model_source, std::shared_ptr<const Model> model, http::Gate gate, Tls context,
       const ServerOptions& server_options)
      : options(server_options),
        source(std::move(model_source)),
        models(std::move(model)),
        tls(std::move(context)),
        service{.options = options,
                .models = models,
                .workers = workers,
                .gate = std::move(gate),
                .cors = http::Cors(options.cors_origins),
                .budget = http::ByteBudget(options.max_in_flight_bytes),
                .log = http::AccessLog(options.access_log),
                .reload = [this] { return reload(); }},
        acceptor(make_acceptor(io, options)),
        workers(models,
                {.max_duration = options.max_audio_duration,
                 .allow_adpcm = options.allow_adpcm,
                 .allow_ffmpeg = options.allow_ffmpeg},
                options.threads, options.max_queue) {
    service.metrics.serves(models.get()->info());
  }

  net::awaitable<void> accept() {
    net::steady_timer pause(io);
    while (acceptor.is_open()) {
      error_code error;
      http::tcp::socket socket = co_await acceptor.async_accept(http::into(error));
      if (!error) {
        start_session(std::move(socket));
      } else if (error != net::error::operation_aborted) {
        // Out of open files, most likely: some come free.
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(http::into(error));
      }
    }
  }

  void start_session(http::tcp::socket socket) {
    const std::size_t open = connections.size();
    if (open >= options.max_connections + kTurnedAwayAtOnce) return;
    const auto connection =
        std::make_shared<http::Connection>(http::make_stream(std::move(socket), tls));
    connections.insert(connection);
    service.connections = connections.size();
    net::co_spawn(io,
                  open < options.max_connections ? serve(connection, service)
                                                 : turn_away(connection, service),
                  [this, connection](const std::exception_ptr&) {
                    connections.erase(connection);
                    service.connections = connections.size();
                    if (connections.empty()) drain_timer.cancel();
                  });
  }

  // Loads what the source has now beside the model that is served, and swaps if it is good.
  net::awaitable<http::Reply> reload() {
    Tested model = co_await http::offload<Tested>([this](auto finish) {
      net::post(loader, [this, finish] { finish(load_tested(source)); });
    });
    if (!model) {
      service.log.error(fmt::format("no reload, the model stays: {}", model.error()));
      co_return tl::make_unexpected(http::Problem{422, "bad_model", model.error()});
    }
    models.set(*model);
    const ModelInfo& info = (*model)->info();
    service.metrics.serves(info);
    service.log.event(fmt::format("reloaded: model {}", info.name));
    co_return http::Response{.body = nlohmann::json{{"model", info.name}}.dump()};
  }

  net::awaitable<void> reload_at_hangup() {
    while (true) {
      error_code error;
      co_await hangup.async_wait(http::into(error));
      if (error) co_return;
      http::notify_manager("RELOADING=1");
      if (auto context = read_tls(options)) {
        tls = *std::move(context);
      } else {
        service.log.error(fmt::format("no reload, the certificate stays: {}", context.error()));
      }
      co_await reload();
      http::notify_manager("READY=1");
    }
  }

  net::awaitable<void> test_model() {
    using Trouble = std::optional<std::string>;
    const Trouble trouble = co_await http::offload<Trouble>([this](auto finish) {
      net::post(loader, [this, finish] { finish(self_test(models.get())); });
    });
    if (trouble) {
      service.log.error(fmt::format("the model fails its self-test: {}", *trouble));
      co_return;
    }
    service.ready = true;
    http::notify_manager("READY=1");
  }

  // run returns once the last connection has ended, or the time is up. A signal after the first
  // ends the process at once.
  net::awaitable<void> drain_at_signal() {
    error_code error;
    const int signal = co_await signals.async_wait(http::into(error));
    if (error) co_return;
    signals.clear();
    hangup.cancel();
    service.stopping = true;
    http::notify_manager("STOPPING=1");
    const bool patient = signal == SIGTERM;
    if (patient && options.drain_delay.count() > 0) {
      net::steady_timer delay(io, options.drain_delay);
      co_await delay.async_wait(http::into(error));
    }
    close_acceptor();
    const auto grace = patient ? kIdleGrace : std::chrono::milliseconds::zero();
    for (const auto& connection : connections) connection->stop_waiting(grace);
    if (connections.empty()) co_return;
    drain_timer.expires_after(options.drain_timeout);
    co_await drain_timer.async_wait(http::into(error));
    if (!error) io.stop();
  }

  // Clients that the system has let in already are served, unless somebody else has the socket,
  // too.
  void close_acceptor() {
    error_code error;
    if (!http::inherited_socket()) {
      acceptor.non_blocking(true, error);
      while (!error) {
        http::tcp::socket socket = acceptor.accept(error);
        if (!error) start_session(std::move(socket));
      }
    }
    acceptor.close(error);
  }

  const ServerOptions options;
  const ModelSource source;
  ModelSlot models;
  Tls tls;  // null: plain HTTP
  Service service;
  net::io_context io{1};
  http::tcp::acceptor acceptor;
  net::signal_set signals{io, SIGTERM, SIGINT};
  net::signal_set hangup{io, SIGHUP};
  net::steady_timer drain_timer{io};
  std::set<std::shared_ptr<http::Connection>> connections;
  net::thread_pool loader{1};
  WorkerPool workers;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

tl::expected<Server, std::string> Server::listen(ModelSource source, const ServerOptions& options) {
  raise_open_files_limit(options.max_connections);
  auto model = source();
  if (!model) return tl::make_unexpected(std::move(model.error().message));
  auto gate = http::Gate::make(options.gate);
  if (!gate) return tl::make_unexpected(std::move(gate.error()));
  auto tls = read_tls(options);
  if (!tls) return tl::make_unexpected(std::move(tls.error()));
  try {
    return Server(std::make_unique<Impl>(std::move(source), *std::move(model), *std::move(gate),
                                         *std::move(tls), options));
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
  return fmt::format("{}://{}:{}", impl_->tls ? "https" : "http", host, endpoint.port());
}

bool Server::run() {
  Impl& impl = *impl_;
  const auto rethrow = [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);  // better than not to accept any more
  };
  net::co_spawn(impl.io, impl.drain_at_signal(), rethrow);
  net::co_spawn(impl.io, impl.reload_at_hangup(), rethrow);
  net::co_spawn(impl.io, impl.test_model(), rethrow);
  net::co_spawn(impl.io, impl.accept(), rethrow);
  impl.io.run();
  return impl.connections.empty();
}

}  // namespace genre::server
