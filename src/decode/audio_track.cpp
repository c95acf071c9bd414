#include "decode/audio_track.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "decode/codecs.h"

namespace genre::decode {
namespace {

constexpr int kBufferSize = 1 << 16;

// Formats that can be cut anywhere. Their first packets may depend on earlier ones that are
// missing.
constexpr std::array<std::string_view, 5> kCutAnywhere = {"aac", "ac3", "eac3", "matroska,webm",
                                                          "ogg"};

// pread, because the position of the descriptor is shared with other processes.
int read_source(void* opaque, std::uint8_t* to, int size) {
  auto& source = *static_cast<Source*>(opaque);
  while (true) {
    const ssize_t n = pread(source.descriptor, to, static_cast<std::size_t>(size),
                            source.begin + source.position);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return AVERROR(errno);
    if (n == 0) return AVERROR_EOF;
    source.position += n;
    return static_cast<int>(n);
  }
}

int read_stream(void* opaque, std::uint8_t* to, int size) {
  auto& source = *static_cast<Source*>(opaque);
  if (!source.start.empty()) {
    const auto n = std::min(source.start.size(), static_cast<std::size_t>(size));
    std::memcpy(to, source.start.data(), n);
    source.start = source.start.subspan(n);
    return static_cast<int>(n);
  }
  while (true) {
    const ssize_t n = read(source.descriptor, to, static_cast<std::size_t>(size));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return AVERROR(errno);
    return n == 0 ? AVERROR_EOF : static_cast<int>(n);
  }
}

std::int64_t seek_source(void* opaque, std::int64_t offset, int whence) {
  auto& source = *static_cast<Source*>(opaque);
  if ((whence & AVSEEK_SIZE) != 0) return source.size;
  whence &= ~AVSEEK_FORCE;
  const std::int64_t base = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? source.position
                                                 : source.size;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return AVERROR(EINVAL);
  return source.position = std::min(target, source.size);
}

std::vector<AVStream*> audio_tracks(const AVFormatContext& input) {
  std::vector<AVStream*> tracks;
  for (AVStream* stream : std::span(input.streams, input.nb_streams)) {
    if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) tracks.push_back(stream);
  }
  return tracks;
}

// Many demuxers mark every track as the default.
AVStream* default_track(const std::vector<AVStream*>& tracks) {
  const auto found = std::ranges::find_if(tracks, [](const AVStream* stream) {
    return (stream->disposition & AV_DISPOSITION_DEFAULT) != 0;
  });
  return found != tracks.end() ? *found : tracks.front();
}

// Whether the samples are encrypted (DRM): by iTunes, Audible or MPEG-CENC.
bool is_encrypted(const AVStream& stream) {
  const std::uint32_t tag = stream.codecpar->codec_tag;
  return tag == MKTAG('d', 'r', 'm', 's') || tag == MKTAG('e', 'n', 'c', 'a') ||
         tag == MKTAG('a', 'a', 'v', 'd') ||
         av_stream_get_side_data(&stream, AV_PKT_DATA_ENCRYPTION_INIT_INFO, nullptr) != nullptr;
}

// The headers of a further Opus stream in a chained file (RFC 7845, 5). FFmpeg would decode them as
// audio.
bool is_opus_header(const AVPacket& packet) {
  const std::string_view bytes(reinterpret_cast<const char*>(packet.data),
                               static_cast<std::size_t>(packet.size));
  return bytes.starts_with("OpusHead") || bytes.starts_with("OpusTags");
}

Status status_of(int error) {
  return error == AVERROR(ENOMEM) ? Status::kOutOfMemory : Status::kDamaged;
}

}  // namespace

AudioTrack::~AudioTrack() {
  av_frame_free(&frame_);
  av_packet_free(&packet_);
  avcodec_free_context(&decoder_);
  avformat_close_input(&input_);
  if (io_ != nullptr) av_freep(&io_->buffer);
  avio_context_free(&io_);
}

Status AudioTrack::open(const AVInputFormat* demuxer, unsigned track) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferSize));
  io_ =
      source_.is_stream
          ? avio_alloc_context(buffer, kBufferSize, 0, &source_, read_stream, nullptr, nullptr)
          : avio_alloc_context(buffer, kBufferSize, 0, &source_, read_source, nullptr, seek_source);
  input_ = avformat_alloc_context();
  packet_ = av_packet_alloc();
  frame_ = av_frame_alloc();
  if (buffer == nullptr || io_ == nullptr || input_ == nullptr || packet_ == nullptr ||
      frame_ == nullptr) {
    return Status::kOutOfMemory;
  }
  input_->pb = io_;
  input_->flags |= AVFMT_FLAG_CUSTOM_IO;
  // A file must not make FFmpeg open another one that it names.
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "", 0);
  const int error = avformat_open_input(&input_, "", demuxer, &options);
  av_dict_free(&options);
  if (error != 0) return status_of(error);

  const std::string_view name = input_->iformat->name;
  started_ = std::ranges::find(kCutAnywhere, name) == kCutAnywhere.end();
  const std::vector<AVStream*> tracks = audio_tracks(*input_);
  n_tracks_ = static_cast<unsigned>(tracks.size());
  if (tracks.empty()) return Status::kNoAudio;
  if (track > n_tracks_) return Status::kNoSuchTrack;
  stream_ = track > 0 ? tracks[track - 1] : default_track(tracks);
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    if (input_->streams[i] != stream_) input_->streams[i]->discard = AVDISCARD_ALL;
  }
  return open_decoder();
}

// Does not call avformat_find_stream_info, which would decode the start of the file twice. The
// first frame has the properties that the headers lack.
Status AudioTrack::open_decoder() {
  const Codec codec = find_codec(stream_->codecpar->codec_id);
  codec_name_ = codec.name;
  if (is_encrypted(*stream_)) return Status::kEncrypted;
  if (stream_->codecpar->codec_id == AV_CODEC_ID_NONE) return Status::kDamaged;
  if (codec.decoder == nullptr) return Status::kUnknownCodec;
  decoder_ = avcodec_alloc_context3(codec.decoder);
  if (decoder_ == nullptr) return Status::kOutOfMemory;
  if (const int error = avcodec_parameters_to_context(decoder_, stream_->codecpar); error < 0) {
    return status_of(error);
  }
  decoder_->pkt_timebase = stream_->time_base;  // needed to skip samples at both ends
  decoder_->thread_count = 1;
  // Lossless codecs have checksums that detect damaged packets.
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(decoder_->codec_id);
  if (descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0) {
    decoder_->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;
  }
  // Each frame of AAC overlaps the one before it, so the first one alone gives no sound, but a
  // delay of its length. MP4 says so in its edit list, and FFmpeg obeys. Raw AAC (ADTS) and
  // Matroska do not say so; FAAD and QuickTime drop that frame too.
  const std::string_view format = input_->iformat->name;
  priming_ =
      decoder_->codec_id == AV_CODEC_ID_AAC && (format == "aac" || format == "matroska,webm");
  const int error = avcodec_open2(decoder_, codec.decoder, nullptr);
  return error == 0 ? Status::kOk : status_of(error);
}

void AudioTrack::lose() {
  if (started_) lost_ = true;
}

// Compares the timestamp of the frame with the end of the frame before it.
void AudioTrack::measure_gap() {
  // FFmpeg skips damaged clusters of Matroska and damaged pages of Ogg without an error. The
  // timestamps of recorded Matroska files vary by some tenths of a second, those of Ogg count
  // samples. A gap of more than an hour is a wrong timestamp.
  constexpr double kMatroskaGap = 0.5, kOggGap = 0.05, kMost = 3600;  // s
  const std::int64_t timestamp = frame_->best_effort_timestamp;
  if (timestamp == AV_NOPTS_VALUE || frame_->sample_rate <= 0) {
    expected_ = time_ = -1;
    return;
  }
  const double at = static_cast<double>(timestamp) * av_q2d(stream_->time_base);
  time_ = at;
  if (!origin_) origin_ = at;
  const double gap = expected_ < 0 ? 0 : at - expected_;
  const std::string_view demuxer = input_->iformat->name;
  const bool skipped = (demuxer.starts_with("matroska") && gap > kMatroskaGap) ||
                       (demuxer == "ogg" && gap > kOggGap);
  if ((lost_ || skipped) && gap > 0 && gap < kMost) gap_ = gap;
  expected_ = at + static_cast<double>(frame_->nb_samples) / frame_->sample_rate;
}

// Sends the decoder its next packet, or the end of the input.
void AudioTrack::feed() {
  av_packet_unref(packet_);
  const int error = av_read_frame(input_, packet_);
  if (error < 0) {
    at_end_ = true;
    cut_ = error != AVERROR_EOF || io_->error != 0;
    avcodec_send_packet(decoder_, nullptr);
    return;
  }
  if (packet_->stream_index != stream_->index) return;
  if ((packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) cut_ = true;
  if (decoder_->codec_id == AV_CODEC_ID_OPUS && is_opus_header(*packet_)) return;
  if (avcodec_send_packet(decoder_, packet_) < 0) lose();
}

const AVFrame* AudioTrack::next() {
  lost_ = false;
  gap_ = 0;
  while (true) {
    const int error = avcodec_receive_frame(decoder_, frame_);
    if (error == AVERROR_EOF) return nullptr;
    if (error == 0) {
      if (frame_->decode_error_flags != 0) lose();
      started_ = true;
      if (frame_->nb_samples > 0 && !std::exchange(priming_, false)) {
        // If the last packet was lost, only what the decoder had buffered follows.
        if (at_end_ && std::exchange(lost_, false)) cut_ = true;
        measure_gap();
        return frame_;
      }
    } else if (error == AVERROR(EAGAIN)) {
      feed();
    } else {
      lose();
      if (at_end_) return nullptr;
      feed();
    }
  }
}

bool AudioTrack::jump(double seconds) {
  const auto timestamp =
      static_cast<std::int64_t>(std::max(0.0, seconds) / av_q2d(stream_->time_base));
  if (av_seek_frame(input_, stream_->index, timestamp, AVSEEK_FLAG_BACKWARD) < 0) return false;
  avcodec_flush_buffers(decoder_);
  at_end_ = cut_ = false;
  expected_ = -1;
  return true;
}

const AVFrame* AudioTrack::seek(double seconds) {
  // The timestamps of a raw stream are sums of rounded durations, and drift. Speex
  // remembers more of what it has decoded than the time below.
  const std::string_view demuxer = input_->iformat->name;
  if (demuxer == "ac3" || demuxer == "eac3" || decoder_->codec_id == AV_CODEC_ID_SPEEX ||
      !origin_ || time_ < 0) {
    return nullptr;
  }
  const double wanted = *origin_ + seconds;
  // Decoders need some frames before they give the same samples as without a jump: MP3 and WMA ten,
  // codecs for speech more. If the index leads to a later frame, tries again from further back, and
  // at last from the start.
  constexpr std::array<double, 3> kBefore = {0.3, 5, 1e9};  // s
  constexpr double kRounding = 1e-7;                        // s; less than a sample
  for (const double before : kBefore) {
    if (!jump(wanted - before) || next() == nullptr || time_ > wanted) continue;
    do {
      if (time_ < 0) break;
      if (expected_ <= wanted + kRounding) continue;
      lost_ = false;
      gap_ = 0;
      return frame_;
    } while (next() != nullptr);
  }
  return nullptr;
}

double AudioTrack::declared() const {
  // If a stream was recorded from its middle, its duration counts from its original start.
  if (std::string_view(input_->iformat->name) == "ogg") return 0;
  if (stream_->duration > 0) {
    return static_cast<double>(stream_->duration) * av_q2d(stream_->time_base);
  }
  if (input_->nb_streams == 1 && input_->duration > 0) {
    return static_cast<double>(input_->duration) / AV_TIME_BASE;
  }
  return 0;
}

bool AudioTrack::ended_early(double seconds) const {
  constexpr double kSlack = 0.5;  // s; headers have coarser units than samples
  return cut_ || seconds + kSlack < declared();
}

}  // namespace genre::decode
