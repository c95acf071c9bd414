// How far a request is, written by workers and read by the I/O thread.
#pragma once

#include <atomic>
#include <cstddef>

namespace genre::server {

struct Progress {
  std::atomic<bool> started = false;       // a worker has begun
  std::atomic<double> fraction = 0;        // of the audio of all files; 0 if no length is known
  std::atomic<std::size_t> n_windows = 0;  // so far
};

}  // namespace genre::server
