#include "audio/mpeg_table.h"

#include <algorithm>
#include <array>

#include "audio/mpeg_frames.h"
#include "audio/mpeg_watch.h"

namespace genre::audio {
namespace {

constexpr std::size_t kFrameHeaderBytes = 4;

// Reads the headers one after the other; most of a long file's bytes are not in memory.
class FrameHeaderReader {
 public:
  explicit FrameHeaderReader(const AudioFile& audio) : audio_(audio) {}

  // Valid until the next call.
  std::span<const std::byte> at(std::uint64_t offset) {
    constexpr std::size_t kAhead = std::size_t{64} << 10;
    const auto start = audio_.start();
    if (offset + kFrameHeaderBytes <= start.size()) return start.subspan(offset, kFrameHeaderBytes);
    if (offset < begin_ || offset + kFrameHeaderBytes > begin_ + ahead_.size()) {
      ahead_.resize(kAhead);
      ahead_.resize(audio_.read(offset, ahead_));
      begin_ = offset;
    }
    const auto found = std::span(ahead_).subspan(static_cast<std::size_t>(offset - begin_));
    return found.first(std::min(found.size(), kFrameHeaderBytes));
  }

 private:
  const AudioFile& audio_;
  std::vector<std::byte> ahead_;  // from begin_ on
  std::uint64_t begin_ = 0;
};

// The two bits of the channel mode.
bool is_mono(std::span<const std::byte> header) { return (header[3] >> 6) == std::byte{3}; }

}  // namespace

std::size_t MpegTable::frames_before(std::size_t frame) const {
  // The filter bank and the overlap need the two frames before; their bits may be in the frames
  // before them. Two more, because the encoder's delay moves the frames against the samples.
  constexpr std::size_t kFilter = 2, kDelay = 2;
  std::size_t n = kFilter, found = 0;
  for (; found < reservoir && n < frame; ++n) {
    const std::size_t at = frame - n;
    const auto size = static_cast<std::size_t>(offsets[at] - offsets[at - 1]);
    found += size - std::min(size, side_bytes);
  }
  return n + kDelay;
}

std::optional<MpegTable> read_mpeg_table(const AudioFile& audio) {
  FrameHeaderReader headers(audio);
  const auto model = parse_mpeg_header(headers.at(0));
  if (!model) return std::nullopt;
  const bool mono = is_mono(headers.at(0));
  MpegTable table{.offsets = {}, .n_samples = model->n_samples};
  table.offsets.reserve(audio.size() / model->size);
  std::uint64_t at = 0;
  for (auto bytes = headers.at(at);; bytes = headers.at(at)) {
    const auto frame = parse_mpeg_header(bytes);
    if (!frame || frame->kind != model->kind || is_mono(bytes) != mono) break;
    if (at + frame->size > audio.size()) return std::nullopt;  // the last one is cut
    table.offsets.push_back(static_cast<off_t>(at));
    at += frame->size;
  }
  if (behind_mpeg_tags(audio, at) + kMostMpegPadding < audio.size()) return std::nullopt;

  // Fewer frames than declared: the end is missing. More: files were joined.
  std::array<std::byte, 64> start{};
  const auto declared = declared_mpeg_frames(std::span(start).first(audio.read(0, start)));
  const auto n_frames = static_cast<std::int64_t>(table.offsets.size());
  table.declared = declared.value_or(0) > 0;
  if (table.declared && std::abs(n_frames - *declared) > kMpegSlackFrames) return std::nullopt;

  // ISO/IEC 11172-3, 2.4.1: only in layer III are the bits of a frame partly in earlier ones.
  if (model->layer == 3) {
    constexpr std::size_t kChecksum = 2;
    table.reservoir = model->first_version ? 511 : 255;
    const std::size_t side = model->first_version ? (mono ? 17 : 32) : (mono ? 9 : 17);
    table.side_bytes = kFrameHeaderBytes + kChecksum + side;
  }
  return table;
}

}  // namespace genre::audio
