// The settings of `genre serve`. The defaults are the documented limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "http/gate.h"
#include "http/limits.h"
#include "http/listener.h"
#include "server/async_jobs.h"

namespace genre::server {

// Of live predictions: POST /v1/stream and GET /v1/live.
struct StreamLimits {
  std::size_t max_streams = 16;            // at once; beyond: 503
  std::chrono::milliseconds idle{30'000};  // without a byte; then the stream ends
  std::size_t max_rate = 2 * http::kMiB;   // bytes/s; what is faster waits
};

struct ServerOptions {
  http::ListenOptions listen;
  std::optional<std::uint16_t> admin_port;  // for health, readiness and metrics only; 0: any
  std::string tls_cert, tls_key;            // PEM files; without them plain HTTP

  unsigned threads = base::default_threads();  // for decoding and prediction
  std::size_t max_queue = 256;                 // predictions waiting for a thread; beyond: 503

  http::Limits limits;                                 // for one request
  std::size_t max_in_flight_bytes = 512 * http::kMiB;  // for all bodies together; beyond: 503
  double max_audio_duration = 7200;                    // s, for one file; beyond: 413
  bool allow_adpcm = false;                            // else 415
  bool allow_ffmpeg = true;                            // else 415 for formats that need it
  bool strict = false;                                 // DecodeLimits::strict of all requests

  AsyncLimits async;  // of "Prefer: respond-async"

  std::chrono::milliseconds predict_timeout{60'000};  // for one request; beyond: 503
  std::chrono::milliseconds drain_delay{0};           // from SIGTERM to closing the port
  std::chrono::milliseconds drain_timeout{30'000};    // then, for requests in progress

  StreamLimits streams;

  http::GateOptions gate;                 // tokens and the rate limit
  std::vector<std::string> cors_origins;  // that may call the server; "*" for any

  bool access_log = true;  // one line per request, on standard error

  std::string revision = {};  // of the source code, for the metrics; empty if unknown
};

}  // namespace genre::server
