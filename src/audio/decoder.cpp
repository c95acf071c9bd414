#include "audio/decoder.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "audio/adpcm.h"
#include "audio/container.h"
#include "audio/mix.h"

namespace genre::audio {
namespace {

constexpr int kMinSampleRate = 1000;    // Hz
constexpr int kMaxSampleRate = 768000;  // Hz
constexpr std::size_t kBlockSamples = 16384;

// What is held of a file's start, so that its headers can be looked at: usually enough, and always.
constexpr std::size_t kHeld = std::size_t{64} << 10, kMostHeld = std::size_t{64} << 20;

// A decoder that has read so many bytes without a sample is lost: a damaged file may have it search
// terabytes of holes for the next frame.
constexpr sf_count_t kMostSearched = sf_count_t{64} << 20;

// libsndfile's virtual file over the audio.
struct VirtualFile {
  explicit VirtualFile(AudioFile audio)
      : file(std::move(audio)), size(static_cast<sf_count_t>(file.size())) {}

  AudioFile file;
  sf_count_t size, position = 0;
  sf_count_t searched = 0;  // bytes read since the last samples
};

sf_count_t virtual_size(void* user) { return static_cast<VirtualFile*>(user)->size; }

sf_count_t virtual_seek(sf_count_t offset, int whence, void* user) {
  auto& file = *static_cast<VirtualFile*>(user);
  const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.position : file.size;
  file.position = std::clamp<sf_count_t>(base + offset, 0, file.size);
  return file.position;
}

sf_count_t virtual_read(void* to, sf_count_t count, void* user) {
  auto& file = *static_cast<VirtualFile*>(user);
  if (file.searched > kMostSearched) return 0;
  count = std::clamp<sf_count_t>(count, 0, file.size - file.position);
  const std::span bytes(static_cast<std::byte*>(to), static_cast<std::size_t>(count));
  const auto n = file.file.read(static_cast<std::uint64_t>(file.position), bytes);
  file.position += static_cast<sf_count_t>(n);
  file.searched += static_cast<sf_count_t>(n);
  return static_cast<sf_count_t>(n);
}

sf_count_t virtual_tell(void* user) { return static_cast<VirtualFile*>(user)->position; }

constexpr SF_VIRTUAL_IO kVirtualIo = {virtual_size, virtual_seek, virtual_read, nullptr,
                                      virtual_tell};

struct CloseSndfile {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

std::string format_name(SNDFILE* file, int format) {
  SF_FORMAT_INFO info{};
  info.format = format & SF_FORMAT_TYPEMASK;
  sf_command(file, SFC_GET_FORMAT_INFO, &info, sizeof(info));
  return info.name != nullptr ? info.name : "unknown";
}

tl::unexpected<Error> not_decodable(const Container& container) {
  if (container.name.empty()) {
    return fail(ErrorCode::kNotAudio,
                "this is not an audio file: its first bytes are of no known audio format; send "
                "WAV, AIFF, AU, FLAC, Ogg Vorbis, Opus or MP3");
  }
  return fail(
      ErrorCode::kUnsupported,
      fmt::format("this looks like {} but cannot be decoded: it is damaged, or of a variant "
                  "that is not supported; convert it to WAV or FLAC",
                  container.name));
}

tl::unexpected<Error> adpcm_not_allowed() {
  return fail(ErrorCode::kUnsupported,
              "the audio is coded as ADPCM, which is switched off here, for its decoders have had "
              "security holes; convert it to PCM WAV or FLAC");
}

}  // namespace

struct Decoder::Impl {
  explicit Impl(VirtualFile file_bytes) : bytes(std::move(file_bytes)) {}

  VirtualFile bytes;
  SF_INFO sf{};
  std::unique_ptr<SNDFILE, CloseSndfile> file;
  DecodeLimits limits;
  AudioInfo info;
  std::vector<float> interleaved;  // one block, [frames, channels]; unused for mono
  sf_count_t frames_read = 0;

  // Frames that the header declares, where a decoder that delivers fewer means a cut file. MPEG
  // streams carry no such count, only estimates.
  [[nodiscard]] std::optional<sf_count_t> declared_frames() const {
    if ((sf.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG) return std::nullopt;
    if (sf.frames <= 0 || sf.frames == SF_COUNT_MAX) return std::nullopt;
    return sf.frames;
  }

  [[nodiscard]] double seconds(sf_count_t frames) const {
    return static_cast<double>(frames) / sf.samplerate;
  }

  [[nodiscard]] Result<void> check_length(sf_count_t frames) const {
    if (seconds(frames) > limits.max_duration) {
      return fail(ErrorCode::kTooLong,
                  fmt::format("the audio is longer than the limit of {} s", limits.max_duration));
    }
    if (frames > limits.max_samples / sf.channels) {
      return fail(ErrorCode::kTooLong,
                  fmt::format("the audio, of {} channels at {} Hz, has more samples than the limit "
                              "of {} over all channels",
                              sf.channels, sf.samplerate, limits.max_samples));
    }
    return {};
  }

  [[nodiscard]] Result<void> check_end() const {
    if (const auto declared = declared_frames(); declared && frames_read < *declared) {
      return fail(ErrorCode::kTruncated,
                  fmt::format("the audio ends after {:.2f} s of the {:.2f} s that its header "
                              "declares; was it copied or uploaded in full?",
                              seconds(frames_read), seconds(*declared)));
    }
    if (frames_read == 0) {
      return fail(ErrorCode::kNoSamples, "the file has a valid header but no samples");
    }
    if (seconds(frames_read) < limits.min_duration) {
      return fail(ErrorCode::kTooShort,
                  fmt::format("the audio is {:.3f} s long; at least {} s is needed",
                              seconds(frames_read), limits.min_duration));
    }
    return {};
  }
};

Decoder::Decoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

const AudioInfo& Decoder::info() const { return impl_->info; }

Result<Decoder> Decoder::open(const AudioFile& file, const DecodeLimits& limits) {
  if (file.size() == 0) return fail(ErrorCode::kEmptyFile, "the file is empty (0 bytes)");

  // A chunk that names ADPCM counts wherever it is, so where that is not allowed all is looked at.
  AudioFile audio = file.from(id3_size(file), limits.allow_adpcm ? kHeld : kMostHeld);
  Container container = inspect_container(audio);
  if (container.unknown) {
    audio = audio.from(0, kMostHeld);
    container = inspect_container(audio);
  }
  if (audio.size() == 0) {
    return fail(ErrorCode::kTruncated,
                "the file ends with its ID3 tag, before any audio; was it copied or uploaded in "
                "full?");
  }
  if (container.truncated) {
    return fail(ErrorCode::kTruncated,
                fmt::format("this {} file has fewer bytes than its header declares; was it copied "
                            "or uploaded in full?",
                            container.name));
  }
  if (container.name.empty() || container.damaged) return not_decodable(container);
  if (!limits.allow_adpcm) {
    if (declares_adpcm(audio.start())) return adpcm_not_allowed();
    if (audio.start().size() < audio.size()) {
      return fail(ErrorCode::kTooLong,
                  fmt::format("ADPCM is switched off here, and a file on disk is searched for it "
                              "only up to {} MiB; load the file into memory first",
                              kMostHeld >> 20));
    }
  }

  auto impl = std::make_unique<Impl>(VirtualFile(std::move(audio)));
  impl->limits = limits;
  SF_VIRTUAL_IO io = kVirtualIo;
  impl->file.reset(sf_open_virtual(&io, SFM_READ, &impl->sf, &impl->bytes));
  if (!impl->file) return not_decodable(container);
  const SF_INFO& sf = impl->sf;
  if (!limits.allow_adpcm && is_adpcm(sf.format)) return adpcm_not_allowed();
  if (sf.samplerate < kMinSampleRate || sf.samplerate > kMaxSampleRate) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("a sample rate of {} Hz is not supported; it must be {} to {} Hz",
                            sf.samplerate, kMinSampleRate, kMaxSampleRate));
  }
  if (auto length = impl->check_length(impl->declared_frames().value_or(0)); !length) {
    return tl::make_unexpected(std::move(length.error()));
  }
  impl->info = {sf.samplerate, sf.channels, format_name(impl->file.get(), sf.format)};
  return Decoder(std::move(impl));
}

Result<std::size_t> Decoder::read(std::span<float> y) {
  Impl& d = *impl_;
  const auto channels = static_cast<std::size_t>(d.sf.channels);
  const std::size_t block = std::max<std::size_t>(1, kBlockSamples / channels);
  if (channels > 1) d.interleaved.resize(block * channels);

  std::size_t filled = 0;
  while (filled < y.size()) {
    const auto wanted = static_cast<sf_count_t>(std::min(block, y.size() - filled));
    float* to = channels == 1 ? y.data() + filled : d.interleaved.data();
    const sf_count_t frames = sf_readf_float(d.file.get(), to, wanted);
    if (frames <= 0) {
      if (auto end = d.check_end(); !end) return tl::make_unexpected(end.error());
      break;
    }
    const std::span mono = y.subspan(filled, static_cast<std::size_t>(frames));
    if (channels > 1) mix_to_mono({to, mono.size() * channels}, mono);
    if (!within_audio_levels(mono)) {
      return fail(ErrorCode::kNonFinite,
                  fmt::format("between {:.2f} s and {:.2f} s there are samples that are NaN, "
                              "infinite or beyond any audio level; full scale is +-1",
                              d.seconds(d.frames_read), d.seconds(d.frames_read + frames)));
    }
    filled += static_cast<std::size_t>(frames);
    d.frames_read += frames;
    d.bytes.searched = 0;
    if (auto length = d.check_length(d.frames_read); !length) {
      return tl::make_unexpected(std::move(length.error()));
    }
  }
  return filled;
}

}  // namespace genre::audio
