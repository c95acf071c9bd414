// Gets a published network and makes an ONNX file of it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "genre/result.h"
#include "pretrained/networks.h"

namespace genre::pretrained {

struct PullOptions {
  std::string from;          // the published file on this machine; empty: it is downloaded
  std::string url;           // of a mirror; empty: where the network is published
  std::string cache_folder;  // keeps what an interrupted download has brought
  // Called during the download: the bytes so far, and all if the server says how many they are.
  std::function<void(std::size_t n_done, std::optional<std::size_t> n_total)> progress;
};

// Returns the bytes of the ONNX file. A download goes on where an earlier one was interrupted.
// Errors: those of the file, of the download, and of Network::to_onnx().
[[nodiscard]] Result<std::string> pull(const Network& network, const PullOptions& options);

}  // namespace genre::pretrained
