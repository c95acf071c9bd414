#include "audio/vorbis_headers.h"

#include <vorbis/codec.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace genre::audio {
namespace {

constexpr std::size_t kBlockBytes = 4096;

class HeaderReader {
 public:
  explicit HeaderReader(std::span<const std::byte> ogg) : rest_(ogg) {
    ogg_sync_init(&sync_);
    ogg_stream_init(&stream_, 0);
    vorbis_info_init(&info_);
    vorbis_comment_init(&comment_);
  }
  HeaderReader(const HeaderReader&) = delete;
  HeaderReader& operator=(const HeaderReader&) = delete;
  ~HeaderReader() {
    vorbis_comment_clear(&comment_);
    vorbis_info_clear(&info_);
    ogg_stream_clear(&stream_);
    ogg_sync_clear(&sync_);
  }

  VorbisHeaders read() {
    if (!next_page() || !is_vorbis()) return VorbisHeaders::kNotVorbis;
    ogg_stream_reset_serialno(&stream_, ogg_page_serialno(&page_));
    if (ogg_stream_pagein(&stream_, &page_) < 0) return VorbisHeaders::kDamaged;
    ogg_packet packet;
    // The first page contains the first header only.
    if (ogg_stream_packetout(&stream_, &packet) != 1 || packet.b_o_s == 0 ||
        ogg_stream_packetpeek(&stream_, nullptr) != 0 || !take(packet)) {
      return VorbisHeaders::kDamaged;
    }
    for (int header = 2; header <= 3; ++header) {
      int found = 0;
      while ((found = ogg_stream_packetout(&stream_, &packet)) == 0) {
        if (!next_page_of_stream()) return VorbisHeaders::kMissing;
      }
      if (found < 0 || !take(packet)) return VorbisHeaders::kDamaged;
    }
    return VorbisHeaders::kComplete;
  }

 private:
  bool next_page() {
    int found = 0;
    while ((found = ogg_sync_pageout(&sync_, &page_)) != 1) {
      if (found < 0) continue;  // skipped bytes that are not a page
      if (rest_.empty()) return false;
      const auto block = rest_.first(std::min(rest_.size(), kBlockBytes));
      const auto size = static_cast<long>(block.size());
      char* const buffer = ogg_sync_buffer(&sync_, size);
      if (buffer == nullptr) return false;  // out of memory
      std::memcpy(buffer, block.data(), block.size());
      ogg_sync_wrote(&sync_, size);
      rest_ = rest_.subspan(block.size());
    }
    return true;
  }

  bool next_page_of_stream() {
    if (at_end_) return false;
    do {
      if (!next_page()) return false;
    } while (ogg_page_serialno(&page_) != stream_.serialno);
    at_end_ = ogg_page_eos(&page_) != 0;
    return ogg_stream_pagein(&stream_, &page_) == 0;
  }

  [[nodiscard]] bool is_vorbis() const {
    constexpr std::string_view kSignature = "\x01vorbis";
    return page_.body_len >= static_cast<long>(kSignature.size()) &&
           std::memcmp(page_.body, kSignature.data(), kSignature.size()) == 0;
  }

  bool take(ogg_packet& packet) {
    return vorbis_synthesis_headerin(&info_, &comment_, &packet) == 0;
  }

  std::span<const std::byte> rest_;
  bool at_end_ = false;
  ogg_page page_{};
  ogg_sync_state sync_{};
  ogg_stream_state stream_{};
  vorbis_info info_{};
  vorbis_comment comment_{};
};

}  // namespace

VorbisHeaders inspect_vorbis_headers(std::span<const std::byte> ogg) {
  return HeaderReader(ogg).read();
}

}  // namespace genre::audio
