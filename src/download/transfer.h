// One GET request (libcurl), and what all of them have in common.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <string>

#include "download/download.h"
#include "genre/result.h"

namespace genre::download {

struct Transfer {
  std::string url;
  const char* user_agent;
  std::size_t offset = 0;  // the first byte to get
};

struct Outcome {
  CURLcode code;
  Result<void> result;  // kUnavailable, kOutOfMemory, or an error of the sink
};

// Thread-safe. CURLE_RANGE_ERROR: the server sends the file from its first byte only.
[[nodiscard]] Outcome run(const Transfer& transfer, const Sink& sink);

}  // namespace genre::download
