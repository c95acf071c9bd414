#include "audio/sndfile_decoder.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "audio/adpcm.h"
#include "audio/decoder_input.h"
#include "audio/ogg_pages.h"

namespace genre::audio {
namespace {

// The longest Opus packet: 120 ms at 48 kHz. Some encoders, and tools that cut files without
// re-encoding, count all samples of the last packet although the decoder drops some.
constexpr std::int64_t kPacketFrames = 5760;

// The input of libsndfile's virtual I/O.
struct VirtualFile {
  DecoderInput input;
  HeaderPatch patch;
  std::size_t frame = 0;  // bytes, of samples without a header; else 0
};

// Applies the patch to bytes that were read at this position.
void apply(const HeaderPatch& patch, std::uint64_t position, std::span<std::byte> read) {
  for (std::size_t i = 0; i < patch.bytes.size(); ++i) {
    const std::uint64_t at = patch.at + i;
    if (at >= position && at - position < read.size()) {
      read[at - position] = static_cast<std::byte>(patch.bytes[i]);
    }
  }
}

DecoderInput& input_of(void* user) { return static_cast<VirtualFile*>(user)->input; }

sf_count_t virtual_size(void* user) { return input_of(user).size(); }

sf_count_t virtual_seek(sf_count_t offset, int whence, void* user) {
  return input_of(user).seek(offset, whence);
}

sf_count_t virtual_read(void* to, sf_count_t count, void* user) {
  auto& file = *static_cast<VirtualFile*>(user);
  const auto position = static_cast<std::uint64_t>(file.input.position());
  const std::span bytes(static_cast<std::byte*>(to),
                        static_cast<std::size_t>(std::max<sf_count_t>(0, count)));
  // libsndfile takes a short read for the end of a file, and drops a part of a sample.
  std::size_t n = 0;
  while (n < bytes.size()) {
    const std::size_t more = file.input.read(bytes.subspan(n));
    if (more == 0) break;
    n += more;
    if (file.frame > 0 && n % file.frame == 0) break;  // what has arrived of a stream, at once
  }
  apply(file.patch, position, bytes.first(n));
  return static_cast<sf_count_t>(n);
}

sf_count_t virtual_tell(void* user) { return input_of(user).position(); }

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

// libsndfile counts the frames that are present, whatever the header declares.
std::int64_t missing_frames(const Container& container, std::int64_t present) {
  if (!container.truncated) return 0;
  const double share = static_cast<double>(container.declared - container.present) /
                       static_cast<double>(container.present);
  return std::max<std::int64_t>(1, std::llround(static_cast<double>(present) * share));
}

int container_of(int format) { return format & SF_FORMAT_TYPEMASK; }
int codec_of(int format) { return format & SF_FORMAT_SUBMASK; }

// Whether the audio is in packets, so that the count in the header may be off by part of a packet.
bool is_packed(int format) {
  const int codec = codec_of(format);
  return container_of(format) == SF_FORMAT_OGG || codec == SF_FORMAT_MPEG_LAYER_I ||
         codec == SF_FORMAT_MPEG_LAYER_II || codec == SF_FORMAT_MPEG_LAYER_III;
}

// libsndfile moves to any sample of these codecs.
bool can_seek(int format) {
  switch (codec_of(format)) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_PCM_16:
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
    case SF_FORMAT_DOUBLE:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
    case SF_FORMAT_VORBIS:
      return true;
    default:
      return false;
  }
}

class SndfileDecoder final : public Decoder {
 public:
  SndfileDecoder(AudioInfo info, std::unique_ptr<VirtualFile> bytes,
                 std::unique_ptr<SNDFILE, CloseSndfile> file, const SF_INFO& sf,
                 std::int64_t missing_frames)
      : Decoder(std::move(info)),
        bytes_(std::move(bytes)),
        file_(std::move(file)),
        sf_(sf),
        missing_frames_(missing_frames) {}

  std::optional<std::int64_t> declared_frames() const override {
    constexpr sf_count_t kNoEnd = sf_count_t{1} << 50;  // SF_COUNT_MAX, or a stream
    if (damaged_ || sf_.frames <= 0 || sf_.frames >= kNoEnd) return std::nullopt;
    return sf_.frames;
  }

  std::int64_t declared_slack() const override { return is_packed(sf_.format) ? kPacketFrames : 0; }

  std::optional<std::int64_t> seek(std::int64_t frame) override {
    if (!can_seek(sf_.format) || frame >= declared_frames().value_or(0)) return std::nullopt;
    if (sf_seek(file_.get(), frame, SEEK_SET) == frame) return frames_read_ = frame;
    if (sf_seek(file_.get(), 0, SEEK_SET) == 0) return frames_read_ = 0;
    return std::nullopt;
  }

  std::uint64_t read_position() const override {
    return static_cast<std::uint64_t>(bytes_->input.position());
  }

  Result<std::size_t> read(std::span<float> interleaved) override {
    const auto frames = static_cast<sf_count_t>(interleaved.size()) / sf_.channels;
    const sf_count_t n = sf_readf_float(file_.get(), interleaved.data(), frames);
    if (n > 0) {
      bytes_->input.found_samples();
      frames_read_ += n;
      return static_cast<std::size_t>(n);
    }
    if (!ended_) find_damage();
    ended_ = true;
    return 0;
  }

 private:
  // libsndfile skips damaged pages of Ogg and does not say so. Only if samples are missing, the
  // file is searched for them.
  void find_damage() {
    if (missing_frames_ > 0) {
      report({WarningCode::kTruncated, frames_read_, frames_read_ + missing_frames_});
    }
    if (container_of(sf_.format) != SF_FORMAT_OGG || frames_read_ >= sf_.frames) return;
    const OggDamage damage = find_ogg_damage(bytes_->input.file());
    // The granules of Opus count samples at 48 kHz.
    constexpr double kOpusRate = 48000;
    const double scale = codec_of(sf_.format) == SF_FORMAT_OPUS ? sf_.samplerate / kOpusRate : 1;
    for (const auto& [from, to] : damage.spans) {
      report({.from = std::llround(static_cast<double>(from) * scale),
              .to = std::llround(static_cast<double>(to) * scale),
              .cause = "pages are damaged or missing"});
    }
    if (damage.truncated) report({WarningCode::kTruncated, frames_read_, frames_read_});
    damaged_ = damage.truncated || !damage.spans.empty();
  }

  std::unique_ptr<VirtualFile> bytes_;
  std::unique_ptr<SNDFILE, CloseSndfile> file_;
  SF_INFO sf_;
  std::int64_t missing_frames_;  // declared, but not in the file
  std::int64_t frames_read_ = 0;
  bool ended_ = false;
  bool damaged_ = false;  // pages of Ogg
};

// Of a sample without a header.
int sample_bytes(int format) {
  switch (codec_of(format)) {
    case SF_FORMAT_PCM_16:
      return 2;
    case SF_FORMAT_PCM_24:
      return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
      return 4;
    case SF_FORMAT_DOUBLE:
      return 8;
    default:
      return 1;  // PCM_U8, A-law, mu-law
  }
}

Result<std::unique_ptr<Decoder>> open(std::unique_ptr<VirtualFile> bytes, SF_INFO sf,
                                      const Container& container, bool allow_adpcm) {
  SF_VIRTUAL_IO io = kVirtualIo;
  std::unique_ptr<SNDFILE, CloseSndfile> opened(sf_open_virtual(&io, SFM_READ, &sf, bytes.get()));
  if (!opened) return nullptr;
  if (!allow_adpcm && is_adpcm(sf.format)) return adpcm_not_allowed();
  AudioInfo info{sf.samplerate, sf.channels, format_name(opened.get(), sf.format)};
  const std::int64_t missing = missing_frames(container, sf.frames);
  return std::make_unique<SndfileDecoder>(std::move(info), std::move(bytes), std::move(opened), sf,
                                          missing);
}

}  // namespace

tl::unexpected<Error> adpcm_not_allowed() {
  return fail(ErrorCode::kUnsupported,
              "the audio is coded as ADPCM, which is disabled because its decoders had security "
              "holes; convert it to PCM WAV or FLAC");
}

Result<std::unique_ptr<Decoder>> open_sndfile(const AudioFile& audio, const Container& container,
                                              bool allow_adpcm) {
  return open(std::make_unique<VirtualFile>(VirtualFile{DecoderInput(audio), container.patch}), {},
              container, allow_adpcm);
}

Result<std::unique_ptr<Decoder>> open_samples(const AudioFile& audio, int sndfile_format, int sr,
                                              int channels) {
  SF_INFO sf{};
  sf.format = SF_FORMAT_RAW | sndfile_format;
  sf.samplerate = sr;
  sf.channels = channels;
  auto file = std::make_unique<VirtualFile>(VirtualFile{DecoderInput(audio), {}});
  file->frame = static_cast<std::size_t>(sample_bytes(sndfile_format)) *
                static_cast<std::size_t>(std::max(1, channels));
  auto decoder = open(std::move(file), sf, {}, true);
  if (!decoder || *decoder) return decoder;
  return fail(ErrorCode::kUnsupported,
              fmt::format("samples of {} channels at {} Hz cannot be decoded", channels, sr));
}

}  // namespace genre::audio
