// Input: one byte, which sets the number of bytes per read, and the bytes that a client sends on
// one connection. Expects that the server responds with HTTP, but never with 500, or not at all,
// and closes the connection.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz/target.h"
#include "http/session.h"
#include "server/handler.h"
#include "tests/http/memory_stream.h"

namespace genre::server {
namespace {

using fuzz::require;

net::awaitable<http::Reply> no_reload(std::size_t) { co_return http::Response{}; }

ServerOptions small_limits() {
  ServerOptions options;
  options.threads = 1;
  options.max_queue = 1;
  options.limits.max_header = 512;
  options.limits.max_body = 4096;
  options.cors_origins = {"*"};
  options.access_log = false;
  // Both outlive a connection, but the I/O context of an input does not.
  options.streams.max_streams = 0;
  options.async.max_jobs = 0;
  return options;
}

// Constructed once for all inputs.
struct Host {
  ServerOptions options = small_limits();
  Models models{{{"default", Model::builtin()}}};
  WorkerPool workers{models, {}, options.threads, options.max_queue};
  Service service{
      .options = options,
      .models = models,
      .workers = workers,
      .live = live,
      .state = {.limits = options.limits, .budget = http::ByteBudget(options.max_in_flight_bytes)},
      .gate = *http::Gate::make(options.gate),
      .cors = http::Cors(options.cors_origins),
      .log = http::AccessLog(options.access_log),
      .reload = no_reload,
      .ready = true};
  net::io_context live_io{1};
  LiveSessions live{live_io, workers, service.metrics, options};
  http::Handler handler = [this](http::Exchange& exchange) {
    return handle_request(service, exchange);
  };
};

}  // namespace
}  // namespace genre::server

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genre::server;
  static Host host;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  std::string output;
  boost::asio::io_context io{1};
  const auto connection =
      std::make_shared<genre::http::Connection>(std::make_unique<genre::http::test::MemoryStream>(
          io, input, std::size_t{1} + data[0], output));
  bool ended = false;
  boost::asio::co_spawn(io, genre::http::serve(connection, host.service.state, host.handler),
                        [&](const std::exception_ptr& error) {
                          require(!error);
                          ended = true;
                        });
  while (!ended) require(io.run_one() > 0);
  require(output.empty() || output.starts_with("HTTP/1."));
  require(host.service.state.budget.used() == 0);
  require(host.service.metrics.text({}).find("code=\"500\"") == std::string::npos);
  return 0;
}
