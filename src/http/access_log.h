// The server's log: one line of JSON per request or event, on standard error. A thread of its own
// writes the lines, so that no request waits for whoever reads them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/line_writer.h"

namespace spdlog {
class logger;
}

namespace genre::http {

// Use it on one thread only.
class AccessLog {
 public:
  // requests: whether to log requests. Events and errors are always logged.
  explicit AccessLog(bool requests);

  struct Request {
    std::string id;
    std::string trace;  // W3C Trace Context; may be empty
    std::string peer;   // the client's address
    // Empty if the request could not be read.
    std::string_view method, path;
    int status = 0;
    std::size_t bytes_in = 0, bytes_out = 0;  // of the bodies
    std::chrono::nanoseconds duration{};
  };
  // None of these throws. Without memory for it, a line is dropped.
  void request(const Request& request) noexcept;

  void event(std::string_view message) noexcept;
  void error(std::string_view message) noexcept;

  // Writes what waits, if standard error has a reader.
  void flush() { writer_->flush(); }

  // Lines that nobody read in time.
  [[nodiscard]] std::uint64_t n_dropped() const { return writer_->n_dropped(); }

 private:
  std::shared_ptr<base::LineWriter> writer_;
  std::shared_ptr<spdlog::logger> logger_;
  bool requests_;
};

}  // namespace genre::http
