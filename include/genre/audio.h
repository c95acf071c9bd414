// Audio files to mono float samples: decode (libsndfile, libFLAC, libmpg123, FFmpeg), mix, resample
// (libsoxr). The order of the steps and the output length match librosa.load (librosa 0.10.2).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

struct DecodeLimits {
  double min_duration = 0.1;     // s; shorter audio is kTooShort
  double max_duration = 7200.0;  // s; longer audio is kTooLong
  // Samples over all channels, which is what decoding time grows with; more are kTooLong. The
  // default is two hours of stereo at 96 kHz.
  std::int64_t max_samples = std::int64_t{7200} * 96000 * 2;
  bool allow_adpcm = true;  // if false, ADPCM (IMA, Microsoft, G.721, ...) is kUnsupported
  // Whether the program genre-decode decodes the formats that libsndfile and libmpg123 do not (M4A,
  // WMA, WebM, APE, ...). It uses one sandboxed process per file, and starts with the first such
  // file. If false, these formats are kUnsupported.
  bool allow_ffmpeg = true;
  // Whether damage is an error. If false, the audio that can be decoded is used, and the rest
  // becomes warnings. Damage is always an error if less than min_duration remains.
  bool strict = false;
};

enum class WarningCode {
  kTruncated,         // the file ends before the audio that it declares
  kDamaged,           // a part of the audio cannot be decoded
  kSilence,           // a part of the audio is silent, and its windows are left out (Predictor)
  kOppositeChannels,  // the channels cancel each other, so only the strongest is used
};

// The stable snake_case name of a code ("opposite_channels"), as used in JSON responses.
[[nodiscard]] std::string_view to_string(WarningCode code);

// A reason why a result may differ from that of the complete, undamaged music.
struct Warning {
  WarningCode code;
  std::string message;      // one sentence
  double from = 0, to = 0;  // s; equal if it is not known how much audio is missing
};

// The limit of the number of spans per code in one file. The last warning covers any further ones.
inline constexpr std::size_t kMaxWarnings = 16;

// The largest magnitude of a sample, 180 dB above full scale. Squares of larger ones can overflow.
inline constexpr float kMaxSample = 1e9F;

// Properties of the file, before mixing and resampling.
struct AudioInfo {
  int sample_rate = 0;  // Hz
  int channels = 0;
  std::string format;  // of the container, e.g. "WAV (Microsoft)", "M4A (AAC)"
};

// Samples without a header, little-endian and interleaved.
struct PcmFormat {
  enum class Encoding { kFloat32, kInt16 };
  Encoding encoding = Encoding::kFloat32;
  int sample_rate = 0;  // Hz
  int channels = 1;     // 1 to 64
};

// An audio file that is read while it is decoded. Only the start of a long file is held in memory.
// Copies share that memory and the file descriptor. Thread-safe.
class AudioFile {
 public:
  // Errors: kUnreadableFile, also for a device; kOutOfMemory. A pipe is read into memory
  // completely.
  [[nodiscard]] static Result<AudioFile> open(const std::string& path);

  // A file in memory. The bytes must outlive this object and its copies.
  explicit AudioFile(std::span<const std::byte> bytes);

  // What arrives at a pipe or a socket, decoded while it arrives: WAV, FLAC, MP3, Ogg, AAC (ADTS),
  // WebM, or samples without a header. Reads wait for bytes, and only the last ones are kept. The
  // caller keeps the descriptor open, and uses all copies from one thread only.
  [[nodiscard]] static AudioFile stream(int descriptor);
  [[nodiscard]] bool is_stream() const;

  // The bytes held in memory: the start of the file, or all of it.
  [[nodiscard]] std::span<const std::byte> start() const { return start_; }
  // Of a stream that has not ended: 2^62, or what first() has set.
  [[nodiscard]] std::uint64_t size() const;

  // Copies the bytes at the offset to `to` and returns their number. It is less than to.size() at
  // the end of the file and after a read error.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> to) const;

  // The same, but of a stream only what has arrived: at least one byte, except at the end.
  [[nodiscard]] std::size_t read_some(std::uint64_t offset, std::span<std::byte> to) const;

  // The same file without its first `offset` bytes. Holds at least n_held bytes of the rest in
  // memory, or all of the rest if it is shorter.
  [[nodiscard]] AudioFile from(std::uint64_t offset, std::size_t n_held) const;

  // The first `size` bytes of the file.
  [[nodiscard]] AudioFile first(std::uint64_t size) const;

  // The same file, to decode one of its audio tracks: 1 is the first one. 0, the default, is the
  // track that the file marks as the default, or else the first one.
  [[nodiscard]] AudioFile with_track(unsigned track) const;
  [[nodiscard]] unsigned track() const { return track_; }

  // The same bytes, to be decoded as samples without a header.
  [[nodiscard]] AudioFile with_pcm(const PcmFormat& format) const;
  [[nodiscard]] const std::optional<PcmFormat>& pcm() const { return pcm_; }

  // The open file; -1 if all of it is in memory.
  [[nodiscard]] int descriptor() const;

 private:
  struct Opened;
  AudioFile(std::shared_ptr<const Opened> opened, std::uint64_t size);

  std::span<const std::byte> start_;
  std::uint64_t begin_ = 0;  // offset of this file's first byte in the opened file
  std::uint64_t size_;
  unsigned track_ = 0;
  std::optional<PcmFormat> pcm_;
  std::shared_ptr<const Opened> opened_;  // null if the caller owns the bytes
};

// The audio of a file as a stream of mono samples at a given rate. It is decoded block by block, so
// memory does not grow with the length of the audio. Full scale is +-1; channels are averaged.
// Reads WAV, RF64, W64, AIFF, AU, CAF, FLAC, Ogg Vorbis, Opus and MP3, and, if genre-decode is
// installed, M4A, WMA, WebM and others (docs/formats.md). The other formats of libsndfile are
// rejected: nobody uploads them, and each is one more parser for damaged files to attack.
// Use a stream from one thread at a time; different streams are independent.
class AudioStream {
 public:
  // sr: output rate in Hz.
  // Errors: kEmptyFile, kNotAudio, kUnsupported, kTruncated, kNoSamples, kTooShort, kTooLong;
  // kUnavailable, kOutOfMemory if genre-decode cannot be started.
  [[nodiscard]] static Result<AudioStream> open(const AudioFile& file, int sr = 22050,
                                                const DecodeLimits& limits = {});

  // The same for a file in memory. The bytes must outlive the stream.
  [[nodiscard]] static Result<AudioStream> open(std::span<const std::byte> file, int sr = 22050,
                                                const DecodeLimits& limits = {}) {
    return open(AudioFile(file), sr, limits);
  }
  AudioStream(AudioStream&&) noexcept;
  AudioStream& operator=(AudioStream&&) noexcept;
  ~AudioStream();

  [[nodiscard]] const AudioInfo& info() const;

  // Time spent so far.
  struct Times {
    std::chrono::nanoseconds decode{}, resample{};
  };
  [[nodiscard]] const Times& times() const;

  // Warnings about the audio read so far, by code and then by time; complete at the end. Never
  // kSilence.
  [[nodiscard]] std::vector<Warning> warnings() const;

  // Writes the next samples to y and returns their number, which is less than y.size() only at the
  // end of the audio. Where audio is lost and its length is known, silence replaces it. Errors:
  // kNonFinite, kTooShort, kTooLong; kTruncated and kUnsupported, see DecodeLimits::strict.
  [[nodiscard]] Result<std::size_t> read(std::span<float> y);

  // The number of samples of the whole file at sr, if it is known without decoding; an estimate in
  // some formats (docs/formats.md). May read the whole file. Error: kTooLong.
  [[nodiscard]] Result<std::optional<std::int64_t>> length();

  // Moves forward, so that the next read starts with this sample: the first one of the audio is 0.
  // The samples are those that come without a seek, to within 1e-5 of full scale in the formats
  // that count them exactly. What lies between is not decoded if the format allows it. If the audio
  // ends before, the next read returns 0. Errors: those of read. Throws std::invalid_argument if
  // the sample was read already.
  [[nodiscard]] Result<void> seek(std::int64_t sample);

  // The sample that the next read starts with.
  [[nodiscard]] std::int64_t position() const;

  // From now on, read and seek also call f with each block of samples that they decode: mono, at
  // the file's own rate (info().sample_rate), and the number of its first sample. A block comes
  // before the samples of read that are made from it.
  void on_decoded(std::function<void(std::int64_t first, std::span<const float> y)> f);

 private:
  struct Impl;
  explicit AudioStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct AudioBuffer {
  std::vector<float> y;  // mono, [n_samples]
  int sr = 0;            // Hz
  AudioInfo info;        // of the file
  std::vector<Warning> warnings;
};

// Decodes a whole file into memory, like librosa.load(path, sr=sr). Errors: those of AudioStream.
[[nodiscard]] Result<AudioBuffer> load(std::span<const std::byte> file, int sr = 22050,
                                       const DecodeLimits& limits = {});

// Whether a file that starts with these bytes may be audio in a supported format. 64 bytes are
// enough. Any file that starts with an ID3 tag may be.
[[nodiscard]] bool looks_like_audio(std::span<const std::byte> start);

}  // namespace genre
#pragma GCC visibility pop
