// WAV and AIFF: a list of chunks. RFC 2361; Apple, Audio Interchange File Format 1.3 (1989).
#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "batch/tags/layout.h"

namespace genre::batch {
namespace {

constexpr std::size_t kChunkHeader = 8;
// TagLib computes sizes in 32 bits without checking for overflow. A genre tag is far smaller than
// the margin.
constexpr std::uint64_t kLargest = 0xFFFFFFFFU - (std::uint64_t{1} << 20);

struct Form {
  TagContainer container;
  std::string_view name, format, audio;  // format and audio: the chunks that must occur once
  base::Endian endian;
};

bool is_chunk_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
}

// Where the chunks end, by the size in the file's header; nothing if that size is wrong.
std::optional<std::uint64_t> end_of_chunks(const AudioFile& file, std::uint64_t declared) {
  const std::uint64_t end = declared + kChunkHeader;
  if (end == file.size()) return end;
  // Programs disagree on whether the size counts the last chunk's padding, and some leave it out.
  if (end + 1 == file.size() && end % 2 == 1) return file.size();
  if (end == file.size() + 1 && end % 2 == 0) return file.size();
  return std::nullopt;
}

Result<Layout> inspect_chunks(const AudioFile& file, const Form& form) {
  const auto header = bytes_at(file, 0, 12);
  if (file.size() > kLargest) return untaggable("a {} file has at most 4 GiB", form.name);
  const auto end = end_of_chunks(file, *base::read_uint(header, 4, 4, form.endian));
  if (!end) {
    return untaggable("the size in its {} header is not the size of the file", form.name);
  }

  Layout layout{.container = form.container};
  layout.keep(8, 4);
  int formats = 0, audios = 0;
  for (std::uint64_t at = header.size(); at < *end;) {
    const auto chunk = bytes_at(file, at, kChunkHeader + 4);
    if (chunk.size() < kChunkHeader || at + kChunkHeader > *end) {
      return untaggable("there are {} bytes after its last {} chunk", *end - at, form.name);
    }
    const std::string name(base::as_text(chunk).substr(0, 4));
    const std::uint64_t size = *base::read_uint(chunk, 4, 4, form.endian);
    const std::uint64_t next = at + kChunkHeader + size;
    // After a wrong size or a missing padding byte, chunks are not where they seem to be.
    if (!is_chunk_name(name) || next > *end) {
      return untaggable("its {} chunks are damaged at byte {}", form.name, at);
    }
    const bool id3 = name == "ID3 " || name == "id3 ";
    const bool info = form.container == TagContainer::kWav && name == "LIST" &&
                      base::has_tag(chunk, kChunkHeader, "INFO");
    formats += name == form.format ? 1 : 0;
    audios += name == form.audio ? 1 : 0;
    if (id3) {
      layout.id3v2.push_back({at + kChunkHeader, size});
    } else if (info) {
      layout.info.push_back({at + kChunkHeader, size});
    } else {
      layout.keep(at, kChunkHeader + size);
    }
    at = next + size % 2;
  }
  if (formats != 1 || audios != 1) {
    return untaggable("a {} file has one \"{}\" chunk and one \"{}\" chunk, but it has {} and {}",
                      form.name, form.format, form.audio, formats, audios);
  }
  if (layout.id3v2.size() > 1 || layout.info.size() > 1) {
    return untaggable("it has several tags of the same kind");
  }
  return layout;
}

}  // namespace

Result<Layout> inspect_wav_layout(const AudioFile& file) {
  if (base::has_tag(file.start(), 0, "RIFX")) {
    return untaggable("big-endian WAV (RIFX) has no tag that other programs read");
  }
  return inspect_chunks(file, {TagContainer::kWav, "WAV", "fmt ", "data", base::Endian::kLittle});
}

Result<Layout> inspect_aiff_layout(const AudioFile& file) {
  return inspect_chunks(file, {TagContainer::kAiff, "AIFF", "COMM", "SSND", base::Endian::kBig});
}

}  // namespace genre::batch
