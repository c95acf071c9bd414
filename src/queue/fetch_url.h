// Downloads a file (libcurl).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "genre/result.h"

namespace genre::queue {

// Follows a few redirects, only to http and https. Thread-safe. Errors: kUnreadableFile, also if
// the file has more than max_bytes or the download is too slow; kOutOfMemory.
[[nodiscard]] Result<std::vector<std::byte>> fetch_url(const std::string& url,
                                                       std::size_t max_bytes);

}  // namespace genre::queue
