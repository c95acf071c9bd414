// Everything that `genre serve` can be told. Defaults are the documented limits.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace genre::server {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name
  std::uint16_t port = 8080;       // 0: any free one

  // Workers: threads that decode and predict.
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::size_t max_queue = 256;  // predictions that wait for a worker; beyond: 503

  std::size_t max_header = 16 * kKiB;            // bytes of a request's head; beyond: 431
  std::size_t max_body = 64 * kMiB;              // bytes; beyond: 413
  std::size_t max_in_flight_bytes = 512 * kMiB;  // of all bodies held at once; beyond: 503
  std::size_t max_connections = 1024;            // beyond: 503
  double max_audio_duration = 7200;              // s of audio in one file; beyond: 413

  std::chrono::milliseconds read_timeout{30'000};   // of silence inside a request: 408
  std::chrono::milliseconds drain_timeout{30'000};  // for requests in progress after SIGTERM

  bool access_log = true;  // a line a request on standard error
};

}  // namespace genre::server
