// The program genre-decode: finding it, starting it, and asking it for a process for each file.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "audio/decode_socket.h"
#include "decode/protocol.h"
#include "genre/audio.h"

namespace genre::audio {

// A process that decodes one file. Its end kills it.
class DecodeProcess {
 public:
  DecodeProcess(Descriptor answer, Descriptor pidfd)
      : answer_(std::move(answer)), pidfd_(std::move(pidfd)) {}
  DecodeProcess(DecodeProcess&&) noexcept = default;
  DecodeProcess& operator=(DecodeProcess&&) noexcept = default;
  ~DecodeProcess();

  // Fills all of the bytes from the answer. Error: kUnsupported where it ends or stays silent.
  [[nodiscard]] Result<void> read(std::span<std::byte> to) const;

 private:
  Descriptor answer_, pidfd_;
};

// One for the whole process, since it takes a tenth of a second to start: with the first file that
// needs it. Thread-safe.
class DecodeProgram {
 public:
  [[nodiscard]] static DecodeProgram& instance();
  DecodeProgram(const DecodeProgram&) = delete;
  DecodeProgram& operator=(const DecodeProgram&) = delete;
  ~DecodeProgram();

  // Whether the program is there at all.
  [[nodiscard]] bool installed() const { return !path_.empty(); }

  // Errors: kUnavailable where the program cannot be started; kOutOfMemory where the file cannot
  // be handed over.
  [[nodiscard]] Result<DecodeProcess> decode(const AudioFile& file, const decode::Request& request);

 private:
  DecodeProgram();

  [[nodiscard]] Result<void> send(const decode::Request& request, int file, int answer);
  [[nodiscard]] bool start();
  void stop();

  std::string path_;  // empty: there is none
  std::mutex mutex_;  // guards what follows
  Descriptor control_;
  pid_t pid_ = -1;
  pid_t owner_ = -1;  // the process that started it: one that was forked off needs its own
};

}  // namespace genre::audio
