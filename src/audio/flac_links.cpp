#include "audio/flac_links.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace genre::audio {
namespace {

// The offset of the first FLAC header at or behind an offset. Searches at most 64 MiB.
// https://www.rfc-editor.org/rfc/rfc9639.html#section-8
std::optional<std::uint64_t> find_flac(const AudioFile& file, std::uint64_t from) {
  constexpr std::size_t kStep = std::size_t{1} << 16, kHeader = 8;
  constexpr std::uint64_t kMost = std::uint64_t{64} << 20;
  constexpr std::uint64_t kLastBlock = 0x80000000, kStreamInfo = 34;  // type 0, 34 bytes long
  std::vector<std::byte> bytes(kStep);
  const std::uint64_t end = std::min(file.size(), from + kMost);
  // The steps overlap, so that each header is whole in one.
  for (std::uint64_t at = from; at + kHeader <= end; at += kStep - kHeader + 1) {
    const base::Bytes read = std::span(bytes).first(file.read(at, bytes));
    const auto text = base::as_text(read);
    for (std::size_t i = 0; (i = text.find("fLaC", i)) != text.npos; ++i) {
      const auto block = base::read_uint(read, i + 4, 4, base::Endian::kBig);
      if (block && (*block & ~kLastBlock) == kStreamInfo) return at + i;
    }
  }
  return std::nullopt;
}

class FlacLinks final : public Decoder {
 public:
  FlacLinks(std::unique_ptr<Decoder> first, AudioFile audio, OpenFlac open)
      : Decoder(first->info()),
        link_(std::move(first)),
        audio_(std::move(audio)),
        open_(std::move(open)) {}

  std::optional<std::int64_t> declared_frames() const override {
    if (const auto declared = link_->declared_frames()) return frames_before_ + *declared;
    return std::nullopt;
  }

  Result<std::size_t> read(std::span<float> interleaved) override {
    while (true) {
      auto frames = link_->read(interleaved);
      if (!frames || *frames > 0) return frames;
      // Without a declared end, a decoder reads up to the end of the file.
      const auto declared = link_->declared_frames();
      const auto next = declared ? find_flac(audio_, search_from()) : std::nullopt;
      if (!next) return 0;
      frames_before_ += *declared;
      if (auto opened = open_link(*next); !opened) return tl::make_unexpected(opened.error());
    }
  }

 private:
  // The decoder has read somewhat more than its last frame.
  [[nodiscard]] std::uint64_t search_from() const {
    constexpr std::uint64_t kReadAhead = std::uint64_t{1} << 17;
    const std::uint64_t read = link_->read_position();
    return 1 + (read > kReadAhead ? read - kReadAhead : 0);
  }

  [[nodiscard]] Result<void> open_link(std::uint64_t at) {
    audio_ = audio_.from(at, 0);
    auto opened = open_(audio_);
    if (!opened) return tl::make_unexpected(std::move(opened.error()));
    const Decoder* const next = opened->get();
    if (next == nullptr || next->info().sample_rate != info().sample_rate ||
        next->info().channels != info().channels) {
      return fail(ErrorCode::kUnsupported,
                  "several FLAC files are joined in this file, and a further one is damaged or has "
                  "another sample rate or number of channels; split it and decode each file "
                  "alone");
    }
    link_ = std::move(*opened);
    return {};
  }

  std::unique_ptr<Decoder> link_;
  AudioFile audio_;  // from the start of link_
  OpenFlac open_;
  std::int64_t frames_before_ = 0;  // declared by the links before this one
};

}  // namespace

std::unique_ptr<Decoder> link_flac(std::unique_ptr<Decoder> first, AudioFile audio, OpenFlac open) {
  return std::make_unique<FlacLinks>(std::move(first), std::move(audio), std::move(open));
}

}  // namespace genre::audio
