// Sends prepared requests to a server on this machine over many connections and reports the outcome
// of each. h2load and wrk are not suitable: they start the requests of all connections at the same
// time, measure from the time a request is sent instead of its due time, and use one body per run.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace genre::bench {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using boost::system::error_code;
using tcp = net::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};  // for one answer

auto into(error_code& error) { return net::redirect_error(net::use_awaitable, error); }

struct Options {
  std::uint16_t port = 0;
  std::size_t connections = 1;
  double seconds = std::numeric_limits<double>::infinity();
  std::size_t requests = std::numeric_limits<std::size_t>::max();
  double rate = 0;                 // per second, over all connections; 0: as fast as possible
  std::vector<std::string> files;  // each one a request, header and body
};

// The due times of the requests. At a constant rate, a slot is not skipped if no connection is
// free: it is used later, and its latency counts from its due time (no coordinated omission).
class Schedule {
 public:
  explicit Schedule(const Options& options) : options_(options) {}

  struct Slot {
    std::size_t number;
    Clock::time_point due;
  };

  std::optional<Slot> next() {
    const auto now = Clock::now();
    if (ended_ || taken_ == options_.requests) return std::nullopt;
    const auto due =
        options_.rate > 0 ? start_ + seconds(static_cast<double>(taken_) / options_.rate) : now;
    if (std::max(due, now) - start_ >= std::chrono::duration<double>(options_.seconds)) {
      return std::nullopt;
    }
    return Slot{taken_++, due};
  }

  void end() { ended_ = true; }

  [[nodiscard]] Clock::time_point start() const { return start_; }

 private:
  static Clock::duration seconds(double s) {
    return std::chrono::round<Clock::duration>(std::chrono::duration<double>(s));
  }

  const Options& options_;
  const Clock::time_point start_ = Clock::now();
  std::size_t taken_ = 0;
  bool ended_ = false;
};

// The outcome of a request: the status of the response, or why there is no response.
enum Outcome : int {
  kClosed = 0,    // regularly, but without a complete response
  kReset = -1,    // the connection was reset
  kRefused = -2,  // nobody listens
  kTimeout = -3,
};

struct Record {
  std::size_t file;
  int outcome;
  std::chrono::microseconds latency;  // since it was due
  std::chrono::microseconds end;      // since the start of the load
};

Outcome outcome_of(error_code error) {
  if (error == net::error::connection_refused) return kRefused;
  if (error == beast::error::timeout) return kTimeout;
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == net::error::eof) {
    return kClosed;
  }
  return kReset;
}

class Client {
 public:
  Client(net::io_context& io, std::uint16_t port)
      : stream_(io), server_(net::ip::address_v4::loopback(), port) {}

  net::awaitable<int> ask(const std::string& request) {
    error_code error;
    if (!open()) {
      buffer_.clear();
      stream_.expires_after(kPatience);
      co_await stream_.async_connect(server_, into(error));
      if (error) co_return outcome_of(error);
      stream_.socket().set_option(tcp::no_delay(true), error);
      stream_.socket().non_blocking(true, error);
    }
    stream_.expires_after(kPatience);
    co_await net::async_write(stream_, net::buffer(request), into(error));
    // Also after an error: the server may have responded before it read the whole request.
    http::response<http::string_body> response;
    co_await http::async_read(stream_, buffer_, response, into(error));
    if (error || !response.keep_alive()) stream_.close();
    co_return error ? static_cast<int>(outcome_of(error)) : static_cast<int>(response.result_int());
  }

 private:
  // Whether there is a connection that the server has not closed in the meantime.
  bool open() {
    if (!stream_.socket().is_open()) return false;
    error_code error;
    char byte = 0;
    stream_.socket().receive(net::buffer(&byte, 1), tcp::socket::message_peek, error);
    if (error == net::error::would_block) return true;
    stream_.close();
    return false;
  }

  beast::tcp_stream stream_;
  tcp::endpoint server_;
  beast::flat_buffer buffer_;
};

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Record> run(const Options& options) {
  std::vector<std::string> requests;
  for (const std::string& path : options.files) requests.push_back(read(path));

  net::io_context io(1);
  std::vector<Record> records;
  Schedule schedule(options);
  const auto connection = [&]() -> net::awaitable<void> {
    Client client(io, options.port);
    net::steady_timer timer(io);
    while (const auto slot = schedule.next()) {
      timer.expires_at(slot->due);
      if (slot->due > Clock::now()) co_await timer.async_wait(net::use_awaitable);
      const std::size_t file = slot->number % requests.size();
      const int outcome = co_await client.ask(requests[file]);
      const auto now = Clock::now();
      const auto since = [now](Clock::time_point time) {
        return std::chrono::duration_cast<std::chrono::microseconds>(now - time);
      };
      records.push_back({file, outcome, since(slot->due), since(schedule.start())});
      if (outcome == kRefused) schedule.end();
    }
  };
  for (std::size_t i = 0; i < options.connections; ++i) {
    net::co_spawn(io, connection(), net::detached);
  }
  io.run();
  return records;
}

}  // namespace
}  // namespace genre::bench

// Prints one line per request: the index of its file, the outcome, the latency, and the time from
// the start of the load to the response, both in microseconds.
int main(int argc, char** argv) {
  genre::bench::Options options;
  CLI::App app("Puts load on an HTTP server on this machine");
  app.add_option("--port", options.port)->required();
  app.add_option("--connections", options.connections);
  app.add_option("--seconds", options.seconds);
  app.add_option("--requests", options.requests);
  app.add_option("--rate", options.rate, "Requests per second (default: as many as possible)");
  app.add_option("files", options.files,
                 "Files with requests (header and body), which are sent in turn")
      ->required();
  CLI11_PARSE(app, argc, argv);
  try {
    for (const auto& [file, outcome, latency, end] : genre::bench::run(options)) {
      fmt::print("{} {} {} {}\n", file, outcome, latency.count(), end.count());
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "genre_load: {}\n", error.what());
    return 1;
  }
}
