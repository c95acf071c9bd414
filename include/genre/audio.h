// bytes -> mono float samples: decoding (libsndfile), mixing and resampling (libsoxr), in the order
// and with the lengths of librosa.load (librosa 0.10.2).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

struct DecodeLimits {
  double min_duration = 0.1;     // s; shorter audio is kTooShort
  double max_duration = 7200.0;  // s; longer audio is kTooLong
  // Decoded samples of all channels together, which is what decoding costs; more are kTooLong. The
  // default is two hours of stereo at 96 kHz.
  std::int64_t max_samples = std::int64_t{7200} * 96000 * 2;
  bool allow_adpcm = true;  // else ADPCM (IMA, Microsoft, G.721, ...) is kUnsupported
  // Whether formats that libsndfile and libmpg123 do not decode (M4A, WMA, WebM, APE, ...) are
  // decoded by the program genre-decode, in a process without rights for each file; else they are
  // kUnsupported. The first such file starts the program.
  bool allow_ffmpeg = true;
};

// The greatest magnitude of a sample, 180 dB over full scale; beyond it, powers overflow.
inline constexpr float kMaxSample = 1e9F;

// What the file says of itself, before mixing and resampling.
struct AudioInfo {
  int sample_rate = 0;  // Hz
  int channels = 0;
  std::string format;  // of the container, e.g. "WAV (Microsoft)", "M4A (AAC)"
};

// A file that is read while it is decoded: of a long one only its start is held. Copies share what
// they hold. Thread-safe.
class AudioFile {
 public:
  // Error: kUnreadableFile. What is no regular file, such as a pipe, is read to its end at once.
  [[nodiscard]] static Result<AudioFile> open(const std::string& path);

  // Of bytes in memory, which must outlive it.
  explicit AudioFile(std::span<const std::byte> bytes);

  // All of it, or as much as is held.
  [[nodiscard]] std::span<const std::byte> start() const { return start_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  // Fills `to` with what stands at the offset, and returns how much that was: less at the end of
  // the file, and where it cannot be read any more.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> to) const;

  // The same file without its first `offset` bytes. At least n_held bytes of the rest are held, or
  // all of it where it is shorter.
  [[nodiscard]] AudioFile from(std::uint64_t offset, std::size_t n_held) const;

  // What it is read from; -1 where all of it is held.
  [[nodiscard]] int descriptor() const;

 private:
  struct Opened;
  AudioFile(std::shared_ptr<const Opened> opened, std::uint64_t size);

  std::span<const std::byte> start_;
  std::uint64_t begin_ = 0;  // in the opened file
  std::uint64_t size_;
  std::shared_ptr<const Opened> opened_;  // none of bytes that are somebody else's
};

// A file's audio as one stream of mono samples at the rate asked for, decoded block by block:
// memory does not grow with the length of the audio. Full scale is +-1; channels are averaged.
// Reads WAV, RF64, W64, AIFF, AU, CAF, FLAC, Ogg Vorbis, Opus and MP3; what libsndfile reads
// besides is not audio that anyone sends, but a way in for damaged files. Reads M4A, WMA, WebM and
// others (docs/formats.md) where genre-decode is installed. One stream belongs to one thread;
// different streams are independent.
class AudioStream {
 public:
  // sr: output rate in Hz.
  // Errors: kEmptyFile, kNotAudio, kUnsupported, kTruncated, kNoSamples, kTooShort, kTooLong;
  // kUnavailable, kOutOfMemory where genre-decode cannot be started.
  [[nodiscard]] static Result<AudioStream> open(const AudioFile& file, int sr = 22050,
                                                const DecodeLimits& limits = {});

  // The same of bytes, which must outlive the stream.
  [[nodiscard]] static Result<AudioStream> open(std::span<const std::byte> file, int sr = 22050,
                                                const DecodeLimits& limits = {}) {
    return open(AudioFile(file), sr, limits);
  }
  AudioStream(AudioStream&&) noexcept;
  AudioStream& operator=(AudioStream&&) noexcept;
  ~AudioStream();

  [[nodiscard]] const AudioInfo& info() const;

  // What reading has taken so far.
  struct Times {
    std::chrono::nanoseconds decode{}, resample{};
  };
  [[nodiscard]] const Times& times() const;

  // Fills y from its start and returns the number of samples written; fewer than y.size() only at
  // the end of the audio. Errors: kTruncated, kNonFinite, kTooShort, kTooLong, kUnsupported.
  [[nodiscard]] Result<std::size_t> read(std::span<float> y);

 private:
  struct Impl;
  explicit AudioStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct AudioBuffer {
  std::vector<float> y;  // mono, [n_samples]
  int sr = 0;            // Hz
  AudioInfo info;        // of the file it came from
};

// The whole file at once, like librosa.load(path, sr=sr). Errors: those of AudioStream.
[[nodiscard]] Result<AudioBuffer> load(std::span<const std::byte> file, int sr = 22050,
                                       const DecodeLimits& limits = {});

// Whether a file that starts with these bytes, 64 of them for one, may be audio of a format that is
// read here. Anything that starts with an ID3 tag may be.
[[nodiscard]] bool looks_like_audio(std::span<const std::byte> start);

}  // namespace genre
#pragma GCC visibility pop
