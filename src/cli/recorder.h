// Records the default microphone with a program that the system has for it.
#pragma once

#include <sys/types.h>

#include "base/descriptor.h"
#include "genre/audio.h"
#include "genre/result.h"

namespace genre::cli {

// Ends the recording in its destructor.
class Recorder {
 public:
  // Starts arecord, or else ffmpeg. Error: kUnavailable if neither is installed.
  [[nodiscard]] static Result<Recorder> start();
  Recorder(Recorder&& other) noexcept;
  Recorder& operator=(Recorder&&) = delete;
  ~Recorder();

  // What it records, in format(), until it ends.
  [[nodiscard]] int output() const { return output_.get(); }
  [[nodiscard]] static PcmFormat format();

 private:
  Recorder(base::Descriptor output, pid_t process)
      : output_(std::move(output)), process_(process) {}

  base::Descriptor output_;
  pid_t process_;
};

}  // namespace genre::cli
