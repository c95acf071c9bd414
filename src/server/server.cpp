#include "server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "http/asio.h"
#include "http/listener.h"
#include "http/problem.h"
#include "http/session.h"
#include "http/systemd.h"
#include "server/admin_port.h"
#include "server/api/error_response.h"
#include "server/early_signals.h"
#include "server/handler.h"
#include "server/loader.h"
#include "server/self_test.h"
#include "server/service.h"

namespace genre::server {
namespace {

constexpr std::chrono::milliseconds kRestartPause{100};

http::Handler handler(Service& service, net::awaitable<void> (*handle)(Service&, http::Exchange&)) {
  return [&service, handle](http::Exchange& exchange) { return handle(service, exchange); };
}

}  // namespace

// Members are destroyed in reverse order: first the threads, because they post to the io_context,
// then the io_context, whose coroutines refer to the members above it.
struct Server::Impl {
  Impl(std::unique_ptr<EarlySignals> early_signals, std::vector<ModelSource> model_sources,
       std::vector<NamedModel> loaded, http::Gate gate, http::Listener::Tls tls,
       const ServerOptions& server_options)
      : options(server_options),
        sources(std::move(model_sources)),
        models(std::move(loaded)),
        service{.options = options,
                .models = models,
                .workers = workers,
                .live = live,
                .state = {.limits = options.limits,
                          .budget = http::ByteBudget(options.max_in_flight_bytes)},
                .gate = std::move(gate),
                .cors = http::Cors(options.cors_origins),
                .log = http::AccessLog(options.access_log),
                .reload = [this](std::size_t index) { return reload_model(index); },
                .n_connections = [this] { return listener.n_connections(); }},
        early(std::move(early_signals)),
        listener(io, options.listen, service.state, std::move(tls),
                 handler(service, handle_request), handler(service, reject_connection)),
        workers(models,
                {.max_duration = options.max_audio_duration,
                 .allow_adpcm = options.allow_adpcm,
                 .allow_ffmpeg = options.allow_ffmpeg,
                 .strict = options.strict},
                options.threads, options.max_queue) {
    if (options.admin_port) admin.emplace(io, options, service);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      service.metrics.set_model(i, models.get(i)->info());
      log_missing_checksum(i);
    }
    signals.add(SIGTERM);
    signals.add(SIGINT);
  }

  void log_missing_checksum(std::size_t index) {
    const auto model = models.get(index);
    if (model->has_checksum()) return;
    service.log.event(fmt::format("model {} has no checksum: damage to its file may not be noticed",
                                  model->info().name));
  }

  // Loads and tests a new model, and replaces the current one only if both succeed. Requests in
  // progress keep the model that they started with.
  net::awaitable<http::Reply> reload_model(std::size_t index) {
    const ModelSource& source = sources.at(index);
    auto model = co_await loader.run([&source] { return load_tested(source); });
    if (!model) {
      const std::string& why = model.error().message;
      service.log.error(
          fmt::format("model reload failed, keeping the current model: {}: {}", source.name, why));
      if (model.error().code == ErrorCode::kOutOfMemory) {
        co_return tl::make_unexpected(to_problem(model.error()));
      }
      co_return tl::make_unexpected(http::Problem{422, "bad_model", why});
    }
    models.set(index, *model);
    passed(index);  // the model of the start may have failed its test
    const ModelInfo& info = (*model)->info();
    service.metrics.set_model(index, info);
    log_missing_checksum(index);
    service.log.event(fmt::format("reloaded: model {} as {}", info.name, source.name));
    co_return http::Response{.body = base::json_text(nlohmann::json{{"model", info.name}})};
  }

  net::awaitable<void> reload_certificate() {
    auto tls = co_await loader.run([this] { return load_tls(options); });
    if (tls) {
      listener.set_tls(*std::move(tls));
    } else {
      service.log.error(fmt::format(
          "certificate reload failed, keeping the current certificate: {}", tls.error().message));
    }
  }

  net::awaitable<void> reload_tokens() {
    auto gate = co_await loader.run([this] { return load_gate(options); });
    if (gate) {
      service.gate.replace_tokens(*std::move(gate));
    } else {
      service.log.error(
          fmt::format("token reload failed, keeping the current tokens: {}", gate.error().message));
    }
  }

  // The only task that tests and reloads, one step after another. Signals only set reload_wanted,
  // so a thousand of them during a reload cause one more reload, which reads what is there by then.
  net::awaitable<void> test_and_reload() {
    if (!tested) co_await test_models();
    while (!service.state.stopping) {
      if (!std::exchange(reload_wanted, false)) {
        http::error_code woken;
        reload_timer.expires_at(net::steady_timer::time_point::max());
        co_await reload_timer.async_wait(http::into(woken));
        continue;
      }
      http::notify_manager("RELOADING=1");
      co_await reload_tokens();
      co_await reload_certificate();
      // Each on its own: a model that cannot be loaded leaves the others to be reloaded.
      for (std::size_t i = 0; i < sources.size(); ++i) co_await reload_model(i);
      notify_ready();
    }
  }

  net::awaitable<void> test_models() {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto result = co_await loader.run([this, i] { return self_test(models.get(i)); });
      if (result) {
        passed(i);
      } else {
        service.log.error(fmt::format("{}: {}", sources[i].name, result.error().message));
      }
    }
    tested = true;
  }

  // The model has passed its self-test. The server is ready once all have.
  void passed(std::size_t index) {
    have_passed.at(index) = true;
    if (service.ready || !std::ranges::all_of(have_passed, std::identity{})) return;
    service.ready = true;
    notify_ready();
  }

  // The stop may have begun while a model was being tested. READY=1 would take STOPPING=1 back.
  void notify_ready() {
    if (service.ready && !service.state.stopping) http::notify_manager("READY=1");
  }

  // The one place where the server's state changes: it serves, reloading now and then, until a
  // signal ends that. From then on it only drains, and nothing can keep it from its end.
  net::awaitable<void> handle_signals() {
    while (!service.state.stopping) {
      http::error_code error;
      const int signal = co_await signals.async_wait(http::into(error));
      if (error) co_return;
      if (signal == SIGHUP) {
        reload_wanted = true;
        reload_timer.cancel();
      } else {
        stop_begins(signal);
      }
    }
    co_await drain();
    io.stop();  // whatever else waits, such as for the end of a reload
  }

  // A second SIGTERM or SIGINT ends the process at once. SIGHUP keeps its handler: without one it
  // would end the process, too.
  void stop_begins(int signal) {
    signals.remove(SIGTERM);
    signals.remove(SIGINT);
    base::die_at_signals();
    service.state.stopping = true;
    if (admin) admin->stop();
    graceful = signal == SIGTERM;
    http::notify_manager("STOPPING=1");
  }

  // Returns when the last connection has ended or the time is over. SIGINT skips the delays for
  // load balancers and idle clients.
  net::awaitable<void> drain() {
    http::error_code error;
    if (graceful && options.drain_delay.count() > 0) {
      net::steady_timer delay(io, options.drain_delay);
      co_await delay.async_wait(http::into(error));
    }
    if (graceful) co_await finish_jobs();
    service.jobs.stop_all();
    live.stop();
    listener.close(graceful ? http::kIdleGrace : std::chrono::milliseconds::zero());
    drained = co_await listener.drain(options.drain_timeout);
  }

  // Jobs go on without a connection, and their clients need the port to ask for the results.
  net::awaitable<void> finish_jobs() {
    constexpr std::chrono::milliseconds kPause{50};
    const auto begin = AsyncJobs::Clock::now();
    http::error_code ignored;
    net::steady_timer pause(io);
    for (auto now = begin; service.jobs.unsettled(now) && now - begin < options.drain_timeout;
         now = AsyncJobs::Clock::now()) {
      pause.expires_after(kPause);
      co_await pause.async_wait(http::into(ignored));
    }
  }

  // If one of these tasks ended, the server would look alive but no longer accept connections or
  // handle signals. So a task is restarted after an exception, most likely a lack of memory.
  net::awaitable<void> keep_running(std::function<net::awaitable<void>()> task) {
    net::steady_timer pause(io);
    while (true) {
      try {
        co_await task();
        co_return;
      } catch (const std::exception& error) {
        service.log.error(error.what());
      }
      http::error_code ignored;
      pause.expires_after(kRestartPause);
      co_await pause.async_wait(http::into(ignored));
    }
  }

  const ServerOptions options;
  const std::vector<ModelSource> sources;
  Models models;
  std::vector<bool> have_passed = std::vector<bool>(sources.size());  // the self-test, by model
  Service service;
  const std::unique_ptr<EarlySignals> early;
  net::io_context& io = early->io;
  net::signal_set& signals = *early->signals;
  net::steady_timer reload_timer{io};
  http::Listener listener;
  std::optional<AdminPort> admin;
  bool tested = false;         // test_models has run
  bool reload_wanted = false;  // by SIGHUP
  bool graceful = false;       // the stop
  bool drained = false;
  LiveSessions live{io, workers, service.metrics, options};
  Loader loader;
  WorkerPool workers;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

tl::expected<Server, std::string> Server::listen(std::vector<ModelSource> sources,
                                                 const ServerOptions& options) {
  auto early = std::make_unique<EarlySignals>();
  std::vector<NamedModel> models;
  for (const ModelSource& source : sources) {
    auto model = source.load();
    if (!model) return tl::make_unexpected(std::move(model.error().message));
    models.push_back({source.name, *std::move(model)});
  }
  auto gate = load_gate(options);
  if (!gate) return tl::make_unexpected(std::move(gate.error().message));
  auto tls = load_tls(options);
  if (!tls) return tl::make_unexpected(std::move(tls.error().message));
  try {
    return Server(std::make_unique<Impl>(std::move(early), std::move(sources), std::move(models),
                                         *std::move(gate), *std::move(tls), options));
  } catch (const http::ListenError& error) {
    return tl::make_unexpected(error.what());
  }
}

std::string Server::url() const { return impl_->listener.url(); }

std::string Server::admin_url() const { return impl_->admin ? impl_->admin->url() : std::string(); }

bool Server::loading() const { return impl_->loader.busy(); }

bool Server::run() {
  Impl& impl = *impl_;
  const auto start = [&](std::function<net::awaitable<void>()> task) {
    net::co_spawn(impl.io, impl.keep_running(std::move(task)), net::detached);
  };
  start([&] { return impl.handle_signals(); });
  start([&] { return impl.test_and_reload(); });
  start([&] { return impl.listener.accept(); });
  if (impl.admin) start([&] { return impl.admin->accept(); });
  // Asio's operations allocate, and an exception there would leave their coroutine broken. So this
  // thread waits for memory instead. Any other exception from a handler ends at most one
  // connection.
  const base::WaitForMemory waits;
  while (true) {
    try {
      impl.io.run();
      if (!impl.drained) impl.service.log.error("stopped with requests still in progress");
      impl.service.log.flush();  // the caller may end the process without destructors
      return impl.drained;
    } catch (const std::exception& error) {
      impl.service.log.error(error.what());
    }
  }
}

}  // namespace genre::server
