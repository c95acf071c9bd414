// Downloads over HTTP and HTTPS, through the proxy that the environment names (http_proxy,
// https_proxy, no_proxy).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "genre/result.h"

namespace genre::download {

// Takes the next bytes of a body. n_total: the size of the whole file, if the server says it. An
// error ends the download.
using Sink = std::function<Result<void>(std::span<const std::byte> bytes,
                                        std::optional<std::size_t> n_total)>;

// Follows a few redirects, only to http and https. Thread-safe. Errors: kUnavailable, with the
// reason, also if the download is too slow; kOutOfMemory; those of the sink.
[[nodiscard]] Result<void> get(const std::string& url, const char* user_agent, const Sink& sink);

struct FileDownload {
  std::string url;
  std::string path;       // of the file to write; it stays if the download fails
  std::size_t max_bytes;  // that the file may have
  // Called for each part that has arrived: the bytes of the file so far, and all if the server says
  // how many they are.
  std::function<void(std::size_t n_done, std::optional<std::size_t> n_total)> progress;
};

enum class Start {
  kNew,      // the file was empty
  kResumed,  // it had bytes, which must be those of the same file: nobody has compared them
};

// Downloads into a file. Bytes that it has already are not downloaded again, if the server can send
// the rest. Errors: as get(); kUnreadableFile if the file cannot be written, or if another process
// downloads into it.
[[nodiscard]] Result<Start> download_file(const FileDownload& download);

}  // namespace genre::download
