// Everything that `genre serve` can be told. Defaults are the documented limits.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "server/http/pace.h"

namespace genre::server {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name
  std::uint16_t port = 8080;       // 0: any free one
  std::string tls_cert, tls_key;   // PEM files; without them plain HTTP

  // Workers: threads that decode and predict.
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::size_t max_queue = 256;  // predictions that wait for a worker; beyond: 503

  std::size_t max_header = 16 * kKiB;            // bytes of a request's head; beyond: 431
  std::size_t max_body = 64 * kMiB;              // bytes; beyond: 413
  std::size_t max_in_flight_bytes = 512 * kMiB;  // of all bodies held at once; beyond: 503
  std::size_t max_connections = 1024;            // beyond: 503
  double max_audio_duration = 7200;              // s of audio in one file; beyond: 413
  bool allow_adpcm = false;                      // else 415

  Pace pace{.silence = std::chrono::seconds(30), .min_rate = kKiB};  // of requests; slower: 408
  std::chrono::milliseconds predict_timeout{60'000};                 // for one request; beyond: 503
  std::chrono::milliseconds drain_delay{0};         // from SIGTERM until nobody new is let in
  std::chrono::milliseconds drain_timeout{30'000};  // from then on, for requests in progress

  double rate_limit = 0;   // predictions a second and address, 0: any number; beyond: 429
  double rate_burst = 20;  // so many at once
  std::string token_file, admin_token_file;  // bearer tokens, one a line; without: none needed,
                                             // and no administration over HTTP
  std::vector<std::string> cors_origins;     // of pages that may call the server; "*" for all

  bool access_log = true;  // a line a request on standard error
};

}  // namespace genre::server
