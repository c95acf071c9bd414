// Files that are longer than what is held of them: the same audio, and the same errors, as of all
// their bytes in memory.
#include <gtest/gtest.h>
#include <sndfile.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "genre/audio.h"
#include "unit/encode.h"
#include "unit/noise.h"

namespace genre::test {
namespace {

using File = std::vector<std::byte>;

class LongFile : public testing::Test {
 protected:
  LongFile()
      : path_((std::filesystem::temp_directory_path() /
               ("genre_audio_file_test." + std::to_string(getpid())))
                  .string()) {}
  ~LongFile() override { std::filesystem::remove(path_); }

  void write(const File& bytes) const {
    std::ofstream file(path_, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }

  static Result<std::vector<float>> samples(Result<AudioStream> stream) {
    if (!stream) return tl::make_unexpected(stream.error());
    std::vector<float> y, block(100'000);
    while (true) {
      const auto n = stream->read(block);
      if (!n) return tl::make_unexpected(n.error());
      y.insert(y.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(*n));
      if (*n < block.size()) return y;
    }
  }

  // The audio of the file, which is to be what its bytes give; and whether it was held as a whole.
  void expect_same(const File& bytes, bool held = false) {
    write(bytes);
    const auto file = AudioFile::open(path_);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->size(), bytes.size());
    EXPECT_EQ(file->start().size() == file->size(), held);
    const auto streamed = samples(AudioStream::open(*file));
    const auto in_memory = samples(AudioStream::open(bytes));
    ASSERT_EQ(streamed.has_value(), in_memory.has_value());
    if (streamed) {
      EXPECT_EQ(*streamed, *in_memory);
    } else {
      EXPECT_EQ(streamed.error().message, in_memory.error().message);
    }
  }

  std::string path_;
};

// Which no format makes small.
std::vector<float> noise(double seconds) {
  auto y = uniform_noise(static_cast<std::size_t>(44100 * seconds));
  for (float& sample : y) sample /= 4;
  return y;
}

// A chunk or a tag that nobody asked for, before the audio.
File with_inserted(const File& file, std::size_t at, const std::string& head, std::size_t size) {
  File longer(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(at));
  for (const char c : head) longer.push_back(static_cast<std::byte>(c));
  longer.resize(longer.size() + size);
  longer.insert(longer.end(), file.begin() + static_cast<std::ptrdiff_t>(at), file.end());
  return longer;
}

TEST_F(LongFile, OfEachFormat) {
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_RF64 | SF_FORMAT_PCM_16,
                           SF_FORMAT_W64 | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_24,
                           SF_FORMAT_AU | SF_FORMAT_FLOAT, SF_FORMAT_CAF | SF_FORMAT_PCM_16,
                           SF_FORMAT_FLAC | SF_FORMAT_PCM_24}) {
    SCOPED_TRACE(format);
    expect_same(encode(noise(60), 44100, format));
  }
  for (const int format :
       {SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    SCOPED_TRACE(format);
    expect_same(encode(noise(500), 44100, format));
  }
}

TEST_F(LongFile, ShortOnesAreHeld) { expect_same(encode_wav(sine(440, 1)), true); }

TEST_F(LongFile, WhoseAudioStartsBehindWhatIsHeld) {
  const File wav = encode_wav(noise(2), 44100);
  const std::size_t far = std::size_t{5} << 20;
  expect_same(with_inserted(wav, 36, std::string("LIST\0\0\x50\0", 8), far));
  // An ID3 tag's size has seven bits a byte.
  expect_same(with_inserted(wav, 0, std::string("ID3\4\0\0\2\x40\0\0", 10), far));
}

TEST_F(LongFile, BehindATag) {
  expect_same(
      with_inserted(encode_wav(noise(60), 44100), 0, std::string("ID3\4\0\0\0\0\x08\0", 10), 1024));
}

TEST_F(LongFile, WhoseTagIsLongerThanWhatIsHeld) {
  // The start that is held ends within the tag, at its end, or just behind it.
  for (const int before : {-1000, 0, 10, 50}) {
    SCOPED_TRACE(before);
    const std::size_t size = (std::size_t{4} << 20) - 10 - before;
    std::string header("ID3\4\0\0", 6);
    for (const int shift : {21, 14, 7, 0}) header += static_cast<char>(size >> shift & 0x7F);
    expect_same(with_inserted(encode_wav(noise(2), 44100), 0, header, size));
  }
}

TEST_F(LongFile, FromAnOffset) {
  const File bytes = encode_wav(noise(120), 44100);
  write(bytes);
  const auto file = AudioFile::open(path_);
  ASSERT_TRUE(file);
  const std::size_t held = file->start().size();
  ASSERT_LT(held, bytes.size());
  for (const std::size_t offset : {std::size_t{0}, held - 10, held, held + 10, bytes.size() - 5,
                                   bytes.size(), bytes.size() + 5}) {
    SCOPED_TRACE(offset);
    for (const std::size_t n_held : {std::size_t{0}, std::size_t{100}, held + 100}) {
      const AudioFile rest = file->from(offset, n_held).from(3, n_held);
      const auto expected = std::span(bytes).subspan(std::min(offset + 3, bytes.size()));
      EXPECT_EQ(rest.size(), expected.size());
      EXPECT_GE(rest.start().size(), std::min(n_held, expected.size()));
      EXPECT_TRUE(std::ranges::equal(rest.start(), expected.first(rest.start().size())));
      File read(expected.size() + 1);
      EXPECT_EQ(rest.read(0, read), expected.size());
      EXPECT_TRUE(std::ranges::equal(std::span(read).first(expected.size()), expected));
    }
  }
}

// A decoder would look for its next frame in all of the holes.
TEST_F(LongFile, EndsWhereOnlyHolesFollow) {
  for (const int format :
       {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, SF_FORMAT_OGG | SF_FORMAT_VORBIS}) {
    SCOPED_TRACE(format);
    const File bytes = encode(noise(5), 44100, format);
    write(bytes);
    std::error_code error;
    std::filesystem::resize_file(path_, std::uintmax_t{8} << 40, error);
    if (error) GTEST_SKIP() << "the file system has no files of that size: " << error.message();
    const auto file = AudioFile::open(path_);
    ASSERT_TRUE(file);
    const auto y = samples(AudioStream::open(*file)), expected = samples(AudioStream::open(bytes));
    ASSERT_TRUE(y && expected);
    EXPECT_NEAR(static_cast<double>(y->size()), static_cast<double>(expected->size()), 2000);
  }
}

TEST_F(LongFile, ThatIsCut) {
  File file = encode_wav(noise(60), 44100);
  file.erase(file.end() - 10, file.end());
  expect_same(file);
}

TEST_F(LongFile, ThatBecomesShorterWhileItIsRead) {
  write(encode_wav(noise(60), 44100));
  const auto file = AudioFile::open(path_);
  ASSERT_TRUE(file);
  std::filesystem::resize_file(path_, file->start().size() + 10);
  const auto y = samples(AudioStream::open(*file, 22050, {.strict = true}));
  ASSERT_FALSE(y);
  EXPECT_EQ(y.error().code, ErrorCode::kTruncated);
  EXPECT_TRUE(samples(AudioStream::open(*file)));
}

TEST_F(LongFile, ThatIsNotThere) {
  const auto file = AudioFile::open(path_);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kUnreadableFile);
}

}  // namespace
}  // namespace genre::test
