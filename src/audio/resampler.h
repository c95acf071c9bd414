// Streaming sample-rate conversion (libsoxr, quality HQ; "soxr_hq" in librosa).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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

// Converts audio piece by piece. The output is the same whatever the pieces are, and has the length
// of librosa.resample: it is cut, or padded with zeros.
class StreamResampler {
 public:
  // in, out: the samples of the whole audio before those that it converts.
  StreamResampler(int sr_in, int sr_out, std::uint64_t in = 0, std::uint64_t out = 0)
      : resampler_(sr_in, sr_out),
        ratio_(static_cast<double>(sr_out) / sr_in),
        in_(in),
        out_(out) {}

  // The next samples, which must stay valid until needs_input.
  void add(std::span<const float> x);
  void end();
  [[nodiscard]] bool needs_input() const { return pending_.empty() && !total_; }

  // Writes to y, and returns the number of samples: less than y.size() only if needs_input, or at
  // the end.
  [[nodiscard]] std::size_t read(std::span<float> y);

 private:
  Resampler resampler_;
  double ratio_;
  std::span<const float> pending_;      // added, and not converted yet
  std::uint64_t in_, out_;              // samples so far
  std::optional<std::uint64_t> total_;  // to write; set at the end
};

}  // namespace genre::audio
