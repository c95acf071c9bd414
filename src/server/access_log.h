// The server's log: a line a request, on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace spdlog {
class logger;
}

namespace genre::server {

// Belongs to one thread.
class AccessLog {
 public:
  // requests: whether requests are logged; errors always are.
  explicit AccessLog(bool requests);

  // bytes: of the answer's body; method and path are "-" where the request had none.
  void request(std::string_view method, std::string_view path, int status, std::size_t bytes,
               std::chrono::nanoseconds duration);

  void error(std::string_view message);

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace genre::server
