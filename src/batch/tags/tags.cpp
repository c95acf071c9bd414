#include "batch/tags/tags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "audio/mono_reader.h"
#include "base/files.h"
#include "batch/tags/layout.h"
#include "batch/tags/original.h"
#include "batch/tags/tag_file.h"

namespace genre::batch {
namespace {

tl::unexpected<Error> unchanged(const std::string& why) {
  return fail(ErrorCode::kUnreadableFile, "the file keeps its old tags: " + why);
}

// A file, its layout, and its tags.
struct Opened {
  AudioFile file;
  Layout layout;
  TagFile tags;
};

Result<Opened> open(const std::string& path, TagFile::Mode mode) {
  auto file = AudioFile::open(path);
  if (!file) return tl::make_unexpected(std::move(file.error()));
  auto layout = inspect_layout(*file);
  if (!layout) return tl::make_unexpected(std::move(layout.error()));
  auto tags = TagFile::open(path, *file, *layout, mode);
  if (!tags) return tl::make_unexpected(std::move(tags.error()));
  return Opened{std::move(*file), std::move(*layout), std::move(*tags)};
}

Result<void> copy(const AudioFile& from, base::FileReplacement& to) {
  std::vector<std::byte> piece(std::size_t{1} << 20);
  for (std::uint64_t at = 0; at < from.size();) {
    const std::size_t n = from.read(at, piece);
    if (n == 0) return unchanged("it became shorter while it was read");
    if (auto written = to.write(std::span(piece).first(n)); !written) return written;
    at += n;
  }
  return {};
}

// The same bytes at another place in the file are not always the same audio: around a damaged
// frame, libFLAC decodes what its buffer happens to hold.
bool decodes_alike(const AudioFile& a, const AudioFile& b) {
  constexpr DecodeLimits kAny{.min_duration = 0, .max_duration = 1e9, .max_samples = 1LL << 60};
  auto of_a = audio::MonoReader::open(a, kAny), of_b = audio::MonoReader::open(b, kAny);
  if (!of_a || !of_b || of_a->info().format != of_b->info().format ||
      of_a->info().sample_rate != of_b->info().sample_rate ||
      of_a->info().channels != of_b->info().channels) {
    return false;
  }
  std::array<float, 16384> y_a{}, y_b{};
  while (true) {
    const auto n_a = of_a->read(y_a), n_b = of_b->read(y_b);
    if (!n_a || !n_b || *n_a != *n_b || y_a != y_b) return false;
    if (*n_a == 0) return true;
  }
}

// TagLib reports neither a full disk nor parts of a file that it does not understand.
Result<void> verify(const Opened& original, const std::string& path, const std::string& genre) {
  auto copy = open(path, TagFile::Mode::kRead);
  if (!copy) return unchanged("the new version could not be read: " + copy.error().message);
  if (copy->layout.container != original.layout.container ||
      !same_bytes(original.file, original.layout, copy->file, copy->layout) ||
      !decodes_alike(original.file, copy->file)) {
    return unchanged("the new version did not have the same audio");
  }
  const auto before = original.tags.other_fields(), after = copy->tags.other_fields();
  if (!std::ranges::includes(after, before)) {
    return unchanged("the new version did not have all of its other tags");
  }
  if (!copy->tags.has_only(genre)) return unchanged("the new version did not have the genre");
  return {};
}

// The original must be locked: another thread could replace it in the meantime.
Result<void> replace(const Original& original, const std::string& path, const std::string& genre) {
  const auto opened = open(path, TagFile::Mode::kRead);
  if (!opened) return tl::make_unexpected(opened.error());
  if (opened->tags.has_only(genre)) return {};

  auto file = base::FileReplacement::begin(path, base::FileReplacement::Keep::kTimes);
  if (!file) return tl::make_unexpected(std::move(file.error()));
  if (auto copied = copy(opened->file, *file); !copied) return copied;
  auto saved = open(file->temporary(), TagFile::Mode::kWrite).and_then([&](Opened&& written) {
    return written.tags.save(genre);
  });
  if (!saved) return saved;
  if (auto verified = verify(*opened, file->temporary(), genre); !verified) return verified;
  if (!original.is_still(path)) return unchanged("it was changed by another program");
  return file->commit();
}

}  // namespace

Result<std::string> read_genre_tag(const std::string& path) {
  if (auto original = Original::open(path); !original) {
    return tl::make_unexpected(std::move(original.error()));
  }
  return open(path, TagFile::Mode::kRead).map([](const Opened& opened) {
    return fmt::format("{}", fmt::join(opened.tags.genres(), "; "));
  });
}

Result<void> write_genre_tag(const std::string& path, const std::string& genre) {
  while (true) {
    auto original = Original::open(path);
    if (!original) return tl::make_unexpected(std::move(original.error()));
    original->lock();
    // Another thread or process has just replaced the file: then the new version is the original.
    if (!original->is_still(path)) continue;
    return replace(*original, path, genre);
  }
}

}  // namespace genre::batch
