#include "batch/tags/layout.h"

#include <algorithm>

#include "audio/container.h"
#include "base/bytes.h"

namespace genre::batch {
namespace {

// Reads the regions of a layout one after the other, as if they were one file.
class KeptBytes {
 public:
  KeptBytes(const AudioFile& file, const Layout& layout) : file_(file), kept_(layout.kept) {}

  // Returns fewer bytes at the end, and if the file cannot be read.
  std::span<const std::byte> next(std::span<std::byte> to) {
    std::size_t n = 0;
    while (n < to.size() && at_ < kept_.size()) {
      const Region& region = kept_[at_];
      const auto most = std::min<std::uint64_t>(to.size() - n, region.size - done_);
      const auto piece = to.subspan(n, static_cast<std::size_t>(most));
      const std::size_t read = file_.read(region.offset + done_, piece);
      n += read;
      if (read < piece.size()) break;
      done_ += read;
      if (done_ == region.size) {
        ++at_;
        done_ = 0;
      }
    }
    return to.first(n);
  }

 private:
  const AudioFile& file_;
  const std::vector<Region>& kept_;
  std::size_t at_ = 0;      // the region
  std::uint64_t done_ = 0;  // bytes of it
};

std::uint64_t total(const Layout& layout) {
  std::uint64_t size = 0;
  for (const Region& region : layout.kept) size += region.size;
  return size;
}

}  // namespace

std::vector<std::byte> bytes_at(const AudioFile& file, std::uint64_t offset, std::size_t size) {
  std::vector<std::byte> bytes(size);
  bytes.resize(file.read(offset, bytes));
  return bytes;
}

std::vector<std::byte> bytes_of(const AudioFile& file, const std::vector<Region>& regions) {
  std::vector<std::byte> bytes;
  for (const Region& region : regions) {
    const auto more = bytes_at(file, region.offset, static_cast<std::size_t>(region.size));
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  return bytes;
}

bool same_bytes(const AudioFile& a, const Layout& in_a, const AudioFile& b, const Layout& in_b) {
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  KeptBytes of_a(a, in_a), of_b(b, in_b);
  std::vector<std::byte> buffer_a(kPiece), buffer_b(kPiece);
  std::uint64_t left = total(in_a);
  if (left != total(in_b)) return false;
  while (left > 0) {
    const auto piece_a = of_a.next(buffer_a), piece_b = of_b.next(buffer_b);
    if (piece_a.empty() || !std::ranges::equal(piece_a, piece_b)) return false;
    left -= piece_a.size();
  }
  return true;
}

Result<Layout> inspect_layout(const AudioFile& file) {
  const std::uint64_t id3 = id3v2_size(bytes_at(file, 0, 10));
  const auto start = bytes_at(file, id3, 64);
  if (base::has_tag(start, 0, "ID3")) return untaggable("it has two ID3v2 tags");
  const auto container = audio::inspect_container(file.from(id3, start.size()));
  const std::string_view name = container.name;
  if (container.mpeg && container.begin > 0) {
    return untaggable("it has unknown bytes before its first frame of MPEG audio");
  }
  if (container.mpeg) return inspect_mpeg_layout(file);
  if (id3 > 0) {
    // Few programs read such a file, and they disagree on which tag counts.
    return untaggable("it has an ID3v2 tag before the {}, which only MP3 files have; remove it",
                      name.empty() ? "audio" : name);
  }
  if (name == "WAV") return inspect_wav_layout(file);
  if (name == "AIFF") return inspect_aiff_layout(file);
  if (name == "FLAC") return inspect_flac_layout(file);
  if (name.starts_with("Ogg")) return inspect_ogg_layout(file);
  if (name.empty()) {
    return untaggable("its first bytes are not those of WAV, AIFF, MP3, FLAC, Ogg Vorbis or Opus");
  }
  return untaggable("{} files have no tag that other programs read; convert it to WAV or FLAC",
                    name);
}

}  // namespace genre::batch
