// Everything that `genre serve` can be told. Defaults are the documented limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "http/gate.h"
#include "http/limits.h"

namespace genre::server {

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name
  std::uint16_t port = 8080;       // 0: any free one
  std::string tls_cert, tls_key;   // PEM files; without them plain HTTP

  unsigned threads = base::default_threads();  // that decode and predict
  std::size_t max_queue = 256;                 // predictions that wait for a thread; beyond: 503

  http::Limits limits;                                 // of one request
  std::size_t max_in_flight_bytes = 512 * http::kMiB;  // of all bodies held at once; beyond: 503
  std::size_t max_connections = 1024;                  // beyond: 503
  double max_audio_duration = 7200;                    // s of audio in one file; beyond: 413
  bool allow_adpcm = false;                            // else 415
  bool allow_ffmpeg = true;                            // else 415 for what only it decodes

  std::chrono::milliseconds predict_timeout{60'000};  // for one request; beyond: 503
  std::chrono::milliseconds drain_delay{0};           // from SIGTERM until nobody new is let in
  std::chrono::milliseconds drain_timeout{30'000};    // after that, for requests in progress

  http::GateOptions gate;                 // who may ask for what, and how often
  std::vector<std::string> cors_origins;  // whose pages may call the server; "*" for all

  bool access_log = true;  // a line for each request, on standard error
};

}  // namespace genre::server
