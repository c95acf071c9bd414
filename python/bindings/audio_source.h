// A file, bytes or samples of Python's, as the library's AudioFile.
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "genre/audio.h"

namespace genre::python {

// Immutable, so several threads may use one.
class AudioSource {
 public:
  // path: in the encoding of the file system (os.fsencode).
  [[nodiscard]] static AudioSource open(const std::string& path);
  // Keeps the object alive instead of a copy of its bytes.
  explicit AudioSource(nanobind::bytes bytes);
  // Mono samples at sr, copied into a WAV file in memory. Audio then takes one path, from decoder
  // to resampler, wherever it comes from.
  AudioSource(std::span<const float> y, int sr);

  AudioSource(AudioSource&&) noexcept = default;
  AudioSource& operator=(AudioSource&&) noexcept = default;
  ~AudioSource() = default;

  [[nodiscard]] const AudioFile& file() const { return file_; }

 private:
  explicit AudioSource(AudioFile file) : file_(std::move(file)) {}
  nanobind::object object_;
  std::vector<std::byte> wav_;
  AudioFile file_;
};

}  // namespace genre::python
