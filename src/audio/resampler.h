// Sample-rate conversion as a stream (libsoxr, quality HQ: librosa's soxr_hq).
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
  // Converts as much of x as fits into y. An empty x means the end of the input: then call again
  // until nothing more is produced.
  Progress process(std::span<const float> x, std::span<float> y);

 private:
  struct Delete {
    void operator()(soxr* handle) const;
  };
  std::unique_ptr<soxr, Delete> soxr_;
};

}  // namespace genre::audio
