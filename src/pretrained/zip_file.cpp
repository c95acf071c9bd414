#include "pretrained/zip_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <new>
#include <optional>

#include "base/text.h"

namespace genre::pretrained {
namespace {

using base::Bytes;

// Signatures and sizes of the records, and offsets of their fields.
constexpr std::string_view kEnd("PK\5\6"), kCentral("PK\1\2"), kLocal("PK\3\4");
constexpr std::size_t kEndSize = 22, kCentralSize = 46, kLocalSize = 30;
constexpr std::size_t kLongestComment = 0xFFFF;

constexpr unsigned kEncrypted = 1;
constexpr unsigned kStored = 0, kDeflated = 8;

tl::unexpected<Error> bad_zip(const std::string& why) {
  return fail(ErrorCode::kBadModel, "the ZIP archive cannot be read: " + why);
}

// The caller has checked that the record has these bytes.
std::size_t number(Bytes record, std::size_t at, std::size_t width) {
  return static_cast<std::size_t>(*base::read_uint(record, at, width, base::Endian::kLittle));
}

// A record of `size` bytes that begins with a signature.
std::optional<Bytes> record(Bytes file, std::size_t at, std::size_t size,
                            std::string_view signature) {
  if (at > file.size() || file.size() - at < size) return std::nullopt;
  if (!base::has_tag(file, at, signature)) return std::nullopt;
  return file.subspan(at, size);
}

// The last record of the archive. Only a comment follows it, whose length is not known before.
std::optional<Bytes> find_end(Bytes file) {
  if (file.size() < kEndSize) return std::nullopt;
  const std::size_t last = file.size() - kEndSize;
  const std::size_t first = last - std::min(last, kLongestComment);
  for (std::size_t at = last + 1; at-- > first;) {
    if (auto end = record(file, at, kEndSize, kEnd)) return end;
  }
  return std::nullopt;
}

// Inflates a whole entry. Returns the number of bytes, at most those of `to`; nothing if the entry
// is damaged.
std::optional<std::size_t> inflate_all(Bytes from, std::span<std::byte> to) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();  // raw: no zlib header
  // zlib does not write to the input, but older versions lack the const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(from.data()));
  stream.avail_in = static_cast<uInt>(from.size());  // an archive is shorter than 4 GiB
  stream.next_out = reinterpret_cast<Bytef*>(to.data());
  stream.avail_out = static_cast<uInt>(to.size());
  const int status = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_STREAM_END) return std::nullopt;
  return to.size() - stream.avail_out;
}

}  // namespace

Result<ZipFile> ZipFile::open(Bytes file) {
  const auto end = find_end(file);
  if (!end) return bad_zip("it has no end record");
  ZipFile zip(file);
  const std::size_t n_entries = number(*end, 10, 2);
  std::size_t at = number(*end, 16, 4);
  for (std::size_t i = 0; i < n_entries; ++i) {
    const auto fixed = record(file, at, kCentralSize, kCentral);
    const std::size_t name_size = fixed ? number(*fixed, 28, 2) : 0;
    if (!fixed || name_size > file.size() - at - kCentralSize) {
      return bad_zip("its directory is damaged");
    }
    zip.entries_.push_back({.name = base::as_text(file.subspan(at + kCentralSize, name_size)),
                            .flags = static_cast<unsigned>(number(*fixed, 8, 2)),
                            .method = static_cast<unsigned>(number(*fixed, 10, 2)),
                            .compressed = number(*fixed, 20, 4),
                            .size = number(*fixed, 24, 4),
                            .header = number(*fixed, 42, 4)});
    at += kCentralSize + name_size + number(*fixed, 30, 2) + number(*fixed, 32, 2);
  }
  return zip;
}

const ZipFile::Entry* ZipFile::find(std::string_view name) const {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  return found == entries_.end() ? nullptr : &*found;
}

Result<std::vector<std::byte>> ZipFile::read(const Entry& entry, std::size_t limit) const {
  const std::string name(entry.name);
  if (entry.size > limit) {
    return bad_zip(fmt::format("{} has {} bytes; expected at most {}", name, entry.size, limit));
  }
  if ((entry.flags & kEncrypted) != 0) return bad_zip(name + " is encrypted");
  if (entry.method != kStored && entry.method != kDeflated) {
    return bad_zip(fmt::format(
        "{} is compressed with method {}; expected 0 (stored) or 8 (deflate)", name, entry.method));
  }
  const auto damaged = [&] { return bad_zip(name + " is damaged"); };
  // The local header has its own name and extra field, which can be longer than in the directory.
  const auto local = record(file_, entry.header, kLocalSize, kLocal);
  if (!local) return damaged();
  const std::size_t start =
      entry.header + kLocalSize + number(*local, 26, 2) + number(*local, 28, 2);
  if (start > file_.size() || entry.compressed > file_.size() - start) return damaged();
  const Bytes content = file_.subspan(start, entry.compressed);
  try {
    if (entry.method == kStored) {
      if (content.size() != entry.size) return damaged();
      return std::vector<std::byte>(content.begin(), content.end());
    }
    std::vector<std::byte> inflated(entry.size + 1);  // more shows an entry that is longer
    if (inflate_all(content, inflated) != entry.size) return damaged();
    inflated.pop_back();
    return inflated;
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kOutOfMemory, "there is not enough memory to read " + name);
  }
}

}  // namespace genre::pretrained
