// The settings of `genre serve`. The defaults are the documented limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "http/gate.h"
#include "http/limits.h"
#include "http/listener.h"

namespace genre::server {

struct ServerOptions {
  http::ListenOptions listen;
  std::string tls_cert, tls_key;  // PEM files; without them plain HTTP

  unsigned threads = base::default_threads();  // for decoding and prediction
  std::size_t max_queue = 256;                 // predictions that wait for a thread; beyond: 503

  http::Limits limits;                                 // of one request
  std::size_t max_in_flight_bytes = 512 * http::kMiB;  // of all bodies held at once; beyond: 503
  double max_audio_duration = 7200;                    // s of audio in one file; beyond: 413
  bool allow_adpcm = false;                            // else 415

  std::chrono::milliseconds predict_timeout{60'000};  // for one request; beyond: 503
  std::chrono::milliseconds drain_delay{0};  // from SIGTERM until no more connections are accepted
  std::chrono::milliseconds drain_timeout{30'000};  // after that, for requests in progress

  http::GateOptions gate;                 // tokens and the rate limit
  std::vector<std::string> cors_origins;  // of pages that may call the server; "*" for all

  bool access_log = true;  // one line per request, on standard error
};

}  // namespace genre::server
