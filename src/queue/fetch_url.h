// A file from the web (libcurl).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "genre/result.h"

namespace genre::queue {

// Follows a few redirects, to http and https alone. Thread-safe. Errors: kUnreadableFile, also for
// one of more than max_bytes, or that comes too slowly.
[[nodiscard]] Result<std::vector<std::byte>> fetch_url(const std::string& url,
                                                       std::size_t max_bytes);

}  // namespace genre::queue
