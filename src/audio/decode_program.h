// Finds and starts the program genre-decode, and requests one process per file from it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "base/descriptor.h"
#include "decode/protocol.h"
#include "genre/audio.h"

namespace genre::audio {

// A process that decodes one file. The destructor kills it.
class DecodeProcess {
 public:
  // stream: that it decodes, or -1 if it decodes a file.
  DecodeProcess(base::Descriptor answer, base::Descriptor pidfd, int stream)
      : answer_(std::move(answer)), pidfd_(std::move(pidfd)), stream_(stream) {}
  DecodeProcess(DecodeProcess&&) noexcept = default;
  DecodeProcess& operator=(DecodeProcess&&) noexcept = default;
  ~DecodeProcess();

  // Fills the whole span from the answer. Error: kUnsupported if the process ends or sends nothing
  // within the timeout, unless it waits for its stream; kCancelled at an Interrupt, for a stream.
  [[nodiscard]] Result<void> read(std::span<std::byte> to) const;

  // Asks it to continue at this frame. Has no effect if the process has ended.
  void seek(std::int64_t frame) const;

 private:
  [[nodiscard]] bool waits_for_stream() const;

  base::Descriptor answer_, pidfd_;
  int stream_;
};

// One per process, because it takes 0.1 s to start. It starts with the first file that needs it.
// Thread-safe.
class DecodeProgram {
 public:
  [[nodiscard]] static DecodeProgram& instance();
  DecodeProgram(const DecodeProgram&) = delete;
  DecodeProgram& operator=(const DecodeProgram&) = delete;
  ~DecodeProgram();

  [[nodiscard]] bool installed() const { return !path_.empty(); }

  // Starts to decode a file. Errors: kUnavailable if the program cannot be started; kOutOfMemory if
  // the file cannot be passed to it.
  [[nodiscard]] Result<DecodeProcess> decode(const AudioFile& file, const decode::Request& request);

 private:
  DecodeProgram();

  [[nodiscard]] Result<void> send(const decode::Request& request, int file, int answer);
  [[nodiscard]] bool start();
  void stop();

  std::string path_;  // empty if it is not installed
  std::mutex mutex_;  // guards the members below
  base::Descriptor control_;
  pid_t pid_ = -1;
  pid_t owner_ = -1;  // the process that started it; a fork of it must start its own
};

}  // namespace genre::audio
