// Streaming sample-rate conversion (libsoxr, quality HQ; "soxr_hq" in librosa).
#pragma once

#include <cstddef>
#include <memory>
#include <span>

struct soxr;

namespace genre::audio {

class Resampler {
 public:
  Resampler(int sr_in, int sr_out);  // Hz

  struct Progress {
    std::size_t consumed;  // samples of x
    std::size_t produced;  // samples of y
  };
  // Converts as much of x as fits into y. At the end of the input, call with an empty x until
  // nothing more is produced.
  Progress process(std::span<const float> x, std::span<float> y);

 private:
  struct Delete {
    void operator()(soxr* handle) const;
  };
  std::unique_ptr<soxr, Delete> soxr_;
};

}  // namespace genre::audio
