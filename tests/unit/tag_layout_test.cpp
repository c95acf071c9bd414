// That a copy is compared with its original in every byte that is not a tag.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <string>

#include "batch/tags/layout.h"
#include "unit/encode.h"
#include "unit/tag_bytes.h"

namespace genre::batch {
namespace {

std::string encoded(int format) {
  const auto bytes = test::encode(test::sine(440, 0.5, 44100), 44100, format);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

AudioFile in_memory(const std::string& bytes) { return AudioFile(std::as_bytes(std::span(bytes))); }

std::uint64_t n_kept(const Layout& layout) {
  std::uint64_t n = 0;
  for (const Region& region : layout.kept) n += region.size;
  return n;
}

TEST(TagLayout, SeesEveryChangedByte) {
  const struct {
    const char* name;
    std::string bytes;
    std::uint64_t most_not_kept;  // headers, sizes, tags
  } files[] = {
      {"WAV", encoded(SF_FORMAT_WAV | SF_FORMAT_PCM_16), 8},
      {"AIFF", encoded(SF_FORMAT_AIFF | SF_FORMAT_PCM_16), 8},
      {"MP3", encoded(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III) + test::id3v1("Song", 1), 128},
      {"FLAC", encoded(SF_FORMAT_FLAC | SF_FORMAT_PCM_16), 300},
      {"Ogg", encoded(SF_FORMAT_OGG | SF_FORMAT_VORBIS), 1000}};
  for (const auto& [name, bytes, most_not_kept] : files) {
    SCOPED_TRACE(name);
    const AudioFile file = in_memory(bytes);
    const auto layout = inspect_layout(file);
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_TRUE(same_bytes(file, *layout, file, *layout));
    EXPECT_LE(bytes.size() - n_kept(*layout), most_not_kept);
    std::size_t n_changed = 0;
    for (const Region& region : layout->kept) {
      for (std::uint64_t at = region.offset; at < region.offset + region.size; at += 37) {
        std::string changed = bytes;
        changed[static_cast<std::size_t>(at)] ^= 0x10;
        const AudioFile copy = in_memory(changed);
        const auto of_copy = inspect_layout(copy);
        EXPECT_FALSE(of_copy && same_bytes(file, *layout, copy, *of_copy)) << "byte " << at;
        ++n_changed;
      }
    }
    EXPECT_GT(n_changed, 50U);
  }
}

TEST(TagLayout, SeesAChecksumThatIsWrong) {
  std::string bytes = encoded(SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  bytes[bytes.rfind("OggS") + 22] ^= 1;
  EXPECT_FALSE(inspect_layout(in_memory(bytes)));
}

}  // namespace
}  // namespace genre::batch
