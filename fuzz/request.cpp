// What a client sends on one connection: answers in HTTP, and an end. The first byte says how much
// of the rest comes at a time.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz/target.h"
#include "server/session.h"

namespace genre::server {
namespace {

using fuzz::require;

// A client whose bytes are all there already, and who takes in everything.
class MemoryStream : public http::Stream {
 public:
  MemoryStream(net::io_context& io, std::string_view input, std::size_t piece, std::string& output)
      : io_(io), input_(input), piece_(piece), output_(output) {}

  net::awaitable<void> handshake(error_code&) override { co_return; }

  net::awaitable<std::size_t> read_some(net::mutable_buffer space, error_code& error) override {
    const std::size_t size = std::min({space.size(), piece_, input_.size()});
    if (size == 0) error = net::error::eof;
    std::ranges::copy(input_.substr(0, size), static_cast<char*>(space.data()));
    input_.remove_prefix(size);
    co_return size;
  }

  net::awaitable<std::size_t> write_some(net::const_buffer data, error_code&) override {
    output_.append(static_cast<const char*>(data.data()), data.size());
    co_return data.size();
  }

  net::awaitable<void> end() override { co_return; }
  void wait_readable(std::function<void(error_code)>) override {}
  bool at_end() override { return false; }
  void cancel() override {}
  net::any_io_executor executor() override { return io_.get_executor(); }
  std::string peer() const override { return "192.0.2.1"; }

 private:
  net::io_context& io_;
  std::string_view input_;
  std::size_t piece_;
  std::string& output_;
};

net::awaitable<http::Reply> no_reload() { co_return http::Response{}; }

ServerOptions small_limits() {
  ServerOptions options;
  options.threads = 1;
  options.max_queue = 1;
  options.limits.max_header = 512;
  options.limits.max_body = 4096;
  options.cors_origins = {"*"};
  options.access_log = false;
  return options;
}

// Made once.
struct Host {
  ServerOptions options = small_limits();
  ModelSlot models{Model::builtin()};
  WorkerPool workers{models, {}, options.threads, options.max_queue};
  Service service{.options = options,
                  .models = models,
                  .workers = workers,
                  .gate = *http::Gate::make(options.gate),
                  .cors = http::Cors(options.cors_origins),
                  .budget = http::ByteBudget(options.max_in_flight_bytes),
                  .log = http::AccessLog(options.access_log),
                  .reload = no_reload,
                  .ready = true};
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
  const auto connection = std::make_shared<genre::http::Connection>(
      std::make_unique<MemoryStream>(io, input, std::size_t{1} + data[0], output));
  bool ended = false;
  boost::asio::co_spawn(io, serve(connection, host.service), [&](const std::exception_ptr& error) {
    require(!error);
    ended = true;
  });
  while (!ended) require(io.run_one() > 0);
  require(output.empty() || output.starts_with("HTTP/1."));
  require(host.service.budget.taken() == 0);
  return 0;
}
