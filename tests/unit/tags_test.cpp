#include "batch/tags/tags.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sndfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <thread>

#include "base/files.h"
#include "batch/tags/original.h"
#include "dataset/temporary_folder.h"
#include "genre/audio.h"
#include "unit/encode.h"
#include "unit/tag_bytes.h"

namespace genre::batch {
namespace {

namespace fs = std::filesystem;
using test::Order;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr int kSampleRate = 44100;

std::string encoded(int format, double seconds = 1) {
  const auto y = test::sine(440, seconds, kSampleRate);
  const auto bytes = test::encode(y, kSampleRate, format);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string wav() { return encoded(SF_FORMAT_WAV | SF_FORMAT_PCM_16); }
std::string mp3() { return encoded(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III); }
std::string plain_flac() { return encoded(SF_FORMAT_FLAC | SF_FORMAT_PCM_16); }
std::string ogg() { return encoded(SF_FORMAT_OGG | SF_FORMAT_VORBIS); }

std::string info_list(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string list = "INFO";
  for (const auto& [id, value] : fields) list += test::chunk(id, value);
  return test::chunk("LIST", list);
}

class Tags : public test::TemporaryFolder {
 protected:
  std::string file(const std::string& name, std::string_view bytes) {
    write(name, bytes);
    return (root_ / name).string();
  }

  static std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::size_t n_files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(root_), {}));
  }

  // Writes the genre and checks what must be so for every file.
  static std::string tagged(const std::string& path, const std::string& genre = "rock") {
    const std::string before = content(path);
    const auto written = write_genre_tag(path, genre);
    EXPECT_TRUE(written) << written.error().message;
    EXPECT_EQ(read_genre_tag(path).value_or("no tag"), genre);
    const std::string after = content(path);
    const auto old_audio = load(std::as_bytes(std::span(before)), kSampleRate);
    const auto new_audio = load(std::as_bytes(std::span(after)), kSampleRate);
    EXPECT_TRUE(old_audio && new_audio && old_audio->y == new_audio->y);
    EXPECT_TRUE(write_genre_tag(path, genre));
    EXPECT_TRUE(content(path) == after) << "the second time changed the file";
    return after;
  }

  // Reading and writing return the same error, and the file stays unchanged.
  void expect_refused(const std::string& path, std::string_view why,
                      ErrorCode code = ErrorCode::kUnsupported) {
    struct stat before {
    }, after{};
    ASSERT_EQ(stat(path.c_str(), &before), 0);
    const std::string bytes = fs::is_regular_file(path) ? content(path) : "";
    const std::size_t n = n_files();
    const auto read = read_genre_tag(path);
    const auto written = write_genre_tag(path, "rock");
    ASSERT_FALSE(read) << why;
    ASSERT_FALSE(written) << why;
    EXPECT_THAT(read.error().message, HasSubstr(why));
    EXPECT_EQ(read.error().code, code);
    EXPECT_EQ(written.error().message, read.error().message);
    ASSERT_EQ(stat(path.c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    EXPECT_TRUE(!fs::is_regular_file(path) || content(path) == bytes);
    EXPECT_EQ(n_files(), n);
  }
};

TEST_F(Tags, GoByWhatTheFileIsNotByItsName) {
  const struct {
    const char* name;
    int format;
  } formats[] = {{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
                 {"wav24", SF_FORMAT_WAV | SF_FORMAT_PCM_24},
                 {"wavex", SF_FORMAT_WAVEX | SF_FORMAT_FLOAT},
                 {"adpcm", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM},
                 {"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16},
                 {"aiff24", SF_FORMAT_AIFF | SF_FORMAT_PCM_24},
                 {"aifc", SF_FORMAT_AIFF | SF_FORMAT_FLOAT},
                 {"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III},
                 {"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
                 {"ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS}};
  for (const auto& [name, format] : formats) {
    const std::string bytes = encoded(format);
    for (const char* extension :
         {"", ".wav", ".aiff", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wma", ".\nwav"}) {
      SCOPED_TRACE(std::string(name) + extension);
      tagged(file(std::string(name) + extension, bytes));
    }
  }
}

TEST_F(Tags, OfOpus) {
  const auto y = test::sine(440, 1, 48000);
  const auto bytes = test::encode(y, 48000, SF_FORMAT_OGG | SF_FORMAT_OPUS);
  tagged(file("song.mp3", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

TEST_F(Tags, OfAnAiffNamedWavAreInItsOwnChunk) {
  const std::string aiff = encoded(SF_FORMAT_AIFF | SF_FORMAT_PCM_16);
  const auto before = test::read_chunks(aiff);
  auto after = test::read_chunks(tagged(file("song.wav", aiff)));
  ASSERT_EQ(after.size(), before.size() + 1);
  EXPECT_EQ(after.back().first, "ID3 ");
  EXPECT_THAT(test::read_id3v2(after.back().second).frames,
              ElementsAre(Pair("TCON", std::string("\0rock", 5))));
  after.pop_back();
  EXPECT_TRUE(after == before);
}

TEST_F(Tags, OfAWavNamedMp3AreInItsOwnChunk) {
  const auto before = test::read_chunks(wav());
  auto after = test::read_chunks(tagged(file("song.mp3", wav())));
  ASSERT_EQ(after.size(), before.size() + 1);
  EXPECT_EQ(after.back().first, "ID3 ");
  after.pop_back();
  EXPECT_TRUE(after == before);
}

TEST_F(Tags, AreRefusedWhereNobodyReadsThem) {
  const struct {
    const char* name;
    int format;
  } formats[] = {{"RF64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},
                 {"W64", SF_FORMAT_W64 | SF_FORMAT_PCM_16},
                 {"AU", SF_FORMAT_AU | SF_FORMAT_PCM_16},
                 {"CAF", SF_FORMAT_CAF | SF_FORMAT_PCM_16},
                 {"RIFX", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG}};
  for (const auto& [name, format] : formats) {
    SCOPED_TRACE(name);
    for (const char* extension : {".wav", ".mp3", ".flac"}) {
      expect_refused(file(std::string(name) + extension, encoded(format)), name);
    }
  }
  expect_refused(file("empty.wav", ""), "first bytes");
  expect_refused(file("text.mp3", "no music here"), "first bytes");
}

TEST_F(Tags, AreRefusedWhereTheFileIsDamaged) {
  const std::string song = wav();
  const auto with_size = [&](std::uint64_t size) {
    return std::string(song).replace(4, 4, test::number(size, 4, Order::kLittle));
  };
  expect_refused(file("stream.wav", with_size(0xFFFFFFFFU)), "size in its WAV header");
  expect_refused(file("no_size.wav", with_size(0)), "size in its WAV header");
  expect_refused(file("cut.wav", song.substr(0, song.size() / 2)), "size in its WAV header");
  expect_refused(file("garbage.wav", song + "garbage behind"), "size in its WAV header");
  const std::string tail = song + "abc";
  expect_refused(file("tail.wav", std::string(tail).replace(
                                      4, 4, test::number(tail.size() - 8, 4, Order::kLittle))),
                 "after its last WAV chunk");

  const auto chunks = test::read_chunks(song);
  const std::string format = test::chunk("fmt ", chunks[0].second);
  const std::string data = test::chunk("data", std::string(88200, 'x'));
  expect_refused(file("twice.wav", test::form("RIFF", "WAVE", format + data + data)), "\"data\"");
  expect_refused(file("no_format.wav", test::form("RIFF", "WAVE", data)), "\"fmt \"");
  const std::string info = info_list({{"IGNR", "Jazz"}});
  expect_refused(file("infos.wav", test::form("RIFF", "WAVE", format + info + data + info)),
                 "several tags");
  // An odd chunk without its padding byte: what follows is not where it should be.
  std::string unpadded = test::chunk("LIST", "odd");
  unpadded.pop_back();
  expect_refused(file("pad.wav", test::form("RIFF", "WAVE", format + unpadded + data)), "damaged");

  expect_refused(file("cut.flac", plain_flac().substr(0, 30)), "FLAC metadata");
  expect_refused(file("cut.ogg", ogg().substr(0, 4000)), "Ogg pages are damaged");
  expect_refused(file("garbage.ogg", ogg() + "garbage"), "Ogg pages are damaged");
  expect_refused(file("chained.ogg", ogg() + encoded(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.5)),
                 "several Ogg streams");
}

TEST_F(Tags, AreRefusedWhereAWavWouldOutgrowItsHeader) {
  const std::string path = file("long.wav", wav().substr(0, 44));
  constexpr std::uint64_t kSize = 0xFFFF0000U;  // sparse
  fs::resize_file(path, kSize);
  std::fstream header(path, std::ios::in | std::ios::out | std::ios::binary);
  header.seekp(4) << test::number(kSize - 8, 4, Order::kLittle);
  header.seekp(40) << test::number(kSize - 44, 4, Order::kLittle);
  header.close();
  const auto read = read_genre_tag(path);
  const auto written = write_genre_tag(path, "rock");
  ASSERT_FALSE(read || written);
  EXPECT_THAT(read.error().message, HasSubstr("at most 4 GiB"));
  EXPECT_EQ(written.error().message, read.error().message);
  EXPECT_EQ(fs::file_size(path), kSize);
}

TEST_F(Tags, AreRefusedBeforeAForeignTag) {
  const std::string tag = test::id3v2(4, {{"TCON", std::string("\0Jazz", 5)}});
  expect_refused(file("id3.wav", tag + wav()), "it has an ID3v2 tag before the WAV");
  expect_refused(file("id3.flac", tag + plain_flac()), "it has an ID3v2 tag before the FLAC");
  expect_refused(file("ape.flac", plain_flac() + test::ape({{"Genre", "Jazz"}})), "APE tag");
  expect_refused(file("two.mp3", tag + tag + mp3()), "two ID3v2 tags");
}

TEST_F(Tags, KeepAWavsInfoAndEverythingElse) {
  const auto chunks = test::read_chunks(wav());
  const std::string format = test::chunk("fmt ", chunks[0].second),
                    odd = test::chunk("bext", "odd");
  const std::string data = test::chunk("data", chunks.back().second);
  const std::string info = info_list({{"INAM",
                                       "Stra\xDF"
                                       "e"},  // Latin-1, with no null byte
                                      {"IGNR", std::string("Jazz\0", 5)},
                                      {"ISFT", std::string("x\0\0", 3)}});
  const std::string id3 = test::chunk("id3 ", test::id3v2(3, {{"TIT2", std::string("\0Song", 5)},
                                                              {"TCON", std::string("\0(17)", 5)}}));
  for (const auto& [name, list, before] :
       {std::tuple{"before", format + info + odd + data, "Jazz"},
        std::tuple{"after", format + odd + data + info, "Jazz"},
        std::tuple{"both", format + odd + data + info + id3, "Rock; Jazz"},
        std::tuple{"id3", format + odd + id3 + data, "Rock"}}) {
    SCOPED_TRACE(name);
    const std::string path = file(std::string(name) + ".wav", test::form("RIFF", "WAVE", list));
    EXPECT_EQ(read_genre_tag(path).value_or("none"), before);
    const bool has_info = list.find("INFO") != std::string::npos;
    const bool has_id3 = list.find("ID3") != std::string::npos;
    const auto after = test::read_chunks(tagged(path, "metal"));
    EXPECT_EQ(after.size(), 3U + (has_info ? 1U : 0U) + (has_id3 ? 1U : 0U));
    EXPECT_THAT(after, Contains(Pair("fmt ", chunks[0].second)));
    EXPECT_THAT(after, Contains(Pair("bext", "odd")));
    EXPECT_THAT(after, Contains(chunks.back()));
    for (const auto& [id, content] : after) {
      if (id == "LIST") {
        EXPECT_THAT(test::read_info(content), ElementsAre(Pair("INAM",
                                                               "Stra\xDF"
                                                               "e"),
                                                          Pair("ISFT", std::string("x\0\0", 3)),
                                                          Pair("IGNR", std::string("metal\0", 6))));
      }
      if (id == "ID3 ") {
        const auto tag = test::read_id3v2(content);
        EXPECT_EQ(tag.version, 3);
        EXPECT_THAT(tag.frames, ElementsAre(Pair("TIT2", std::string("\0Song", 5)),
                                            Pair("TCON", std::string("\0metal", 6))));
      }
    }
  }
}

TEST_F(Tags, OfAWavWithoutItsLastPaddingByte) {
  const auto format = test::read_chunks(encoded(SF_FORMAT_WAV | SF_FORMAT_PCM_U8))[0].second;
  std::string data = test::chunk("data", std::string(44101, '\x90'));
  data.pop_back();
  const std::string file_without = test::form("RIFF", "WAVE", test::chunk("fmt ", format) + data);
  auto after = test::read_chunks(tagged(file("song.wav", file_without)));
  EXPECT_THAT(after, Contains(Pair("data", std::string(44101, '\x90'))));
  // The other two ways to count that byte.
  for (const int change : {-1, 1}) {
    std::string counted = file_without + (change < 0 ? "" : std::string(1, '\0'));
    counted.replace(
        4, 4, test::number(file_without.size() - 8 + (change < 0 ? 1 : 0), 4, Order::kLittle));
    after = test::read_chunks(tagged(file("song.wav", counted)));
    EXPECT_THAT(after, Contains(Pair("data", std::string(44101, '\x90'))));
  }
}

TEST_F(Tags, OfAnMp3WithId3v1ChangeOneByte) {
  const std::string path = file("song.mp3", mp3() + test::id3v1("Song", 8));
  EXPECT_EQ(read_genre_tag(path).value_or("none"), "Jazz");
  ASSERT_TRUE(write_genre_tag(path, "rock"));
  EXPECT_TRUE(content(path) == mp3() + test::id3v1("Song", 17));
  EXPECT_EQ(read_genre_tag(path).value_or("none"), "Rock");
}

TEST_F(Tags, ThatId3v1CannotHoldGetAnId3v2TagWithTheOtherFields) {
  const std::string after = tagged(file("song.mp3", mp3() + test::id3v1("Song", 8)), "hiphop");
  const auto tag = test::read_id3v2(after);
  EXPECT_THAT(tag.frames, Contains(Pair("TIT2", std::string("\0Song", 5))));
  EXPECT_THAT(tag.frames, Contains(Pair("TCON", std::string("\0hiphop", 7))));
  EXPECT_TRUE(after.substr(tag.size) == mp3() + test::id3v1("Song", 255));
}

TEST_F(Tags, OfAnMp3AgreeWithEachOther) {
  const std::string picture = std::string("\0image/png\0\3\0", 13) + std::string(3000, '\x89');
  const test::Frames frames = {{"TIT2", std::string("\0Song", 5)},
                               {"TSOP", std::string("\0Sort", 5)},
                               {"TCON", std::string("\0(17)(8)", 8)},
                               {"APIC", picture},
                               {"PRIV", std::string("owner\0\1\2\3", 9)}};
  const std::string path = file("song.wav", test::id3v2(3, frames, 100) + mp3() +
                                                test::ape({{"Genre", "Ska"}, {"Mood", "calm"}}) +
                                                test::id3v1("Song", 9));
  EXPECT_EQ(read_genre_tag(path).value_or("none"), "Rock; Jazz; Ska; Metal");
  const std::string after = tagged(path, "blues");
  const auto tag = test::read_id3v2(after);
  EXPECT_EQ(tag.version, 3);
  for (const auto& frame : frames) {
    if (frame.first == "TCON") continue;
    EXPECT_THAT(tag.frames, Contains(frame));
  }
  EXPECT_THAT(tag.frames, Contains(Pair("TCON", std::string("\0blues", 6))));
  EXPECT_EQ(tag.frames.size(), frames.size());
  EXPECT_TRUE(after.substr(tag.size).starts_with(mp3() + "APETAGEX"));
  EXPECT_THAT(after, HasSubstr(std::string("Mood\0calm", 9)));
  EXPECT_THAT(after, HasSubstr(std::string("GENRE\0blues", 11)));
  EXPECT_THAT(after, testing::Not(HasSubstr("Ska")));
  EXPECT_TRUE(after.ends_with(test::id3v1("Song", 0)));
}

TEST_F(Tags, OfAnMp3WithApeAloneAddNoOther) {
  const std::string after =
      tagged(file("song.mp3", mp3() + test::ape({{"Genre", "Ska"}, {"Title", "Song"}})));
  EXPECT_TRUE(after.starts_with(mp3() + "APETAGEX"));
  EXPECT_FALSE(after.ends_with(test::id3v1("Song", 17)));
}

TEST_F(Tags, LeaveLyricsWhereTheyAre) {
  const std::string text = "LYRICSBEGININD0000200LYR00005Hello";
  const std::string lyrics = text + "000034LYRICS200";
  ASSERT_EQ(text.size(), 34U);
  const std::string path = file("song.mp3", mp3() + lyrics + test::id3v1("Song", 8));
  ASSERT_TRUE(write_genre_tag(path, "rock"));
  EXPECT_TRUE(content(path) == mp3() + lyrics + test::id3v1("Song", 17));
  const std::string ape = test::ape({{"Genre", "Ska"}});
  EXPECT_TRUE(tagged(file("both.mp3", mp3() + lyrics + ape + test::id3v1("Song", 8)))
                  .starts_with(mp3() + lyrics + "APETAGEX"));
  expect_refused(file("hidden.mp3", mp3() + ape + lyrics + test::id3v1("Song", 8)), "APE tag");
}

TEST_F(Tags, OfEveryVersionOfId3v2AreRead) {
  const auto genre = [&](int version, const std::string& frame, const std::string& text) {
    return read_genre_tag(file("song.mp3", test::id3v2(version, {{frame, text}}) + mp3()))
        .value_or("none");
  };
  EXPECT_EQ(genre(2, "TCO", std::string("\0(17)", 5)), "Rock");
  EXPECT_EQ(genre(3, "TCON", std::string("\0(17)Indie", 10)), "Rock; Indie");
  EXPECT_EQ(genre(3, "TCON",
                  std::string("\1\xFF\xFE"
                              "J\0a\0z\0z\0",
                              11)),
            "Jazz");
  EXPECT_EQ(genre(4, "TCON",
                  std::string("\0"
                              "17\0Indie",
                              9)),
            "Rock; Indie");
  EXPECT_EQ(genre(4, "TCON", "\3\xC3\xA9lectro"), "\xC3\xA9lectro");
  const std::string path =
      file("song.mp3",
           test::id3v2(2, {{"TCO", std::string("\0(17)", 5)}, {"TT2", std::string("\0Song", 5)}}) +
               mp3());
  const auto tag = test::read_id3v2(tagged(path, "blues"));
  EXPECT_EQ(tag.version, 3);
  EXPECT_THAT(tag.frames, Contains(Pair("TIT2", std::string("\0Song", 5))));
}

TEST_F(Tags, AreRefusedWhereOtherFieldsWouldBeLost) {
  const std::pair<std::string, std::string> title = {"TIT2", std::string("\0Song", 5)};
  expect_refused(file("rvad.mp3", test::id3v2(3, {title, {"RVAD", "volumes"}}) + mp3()), "RVAD");
  // TagLib stops at an empty frame, and drops the title after it.
  expect_refused(file("empty.mp3", test::id3v2(3, {{"TALB", ""}, title}) + mp3()), "ID3v2 tag");
  for (const auto& [version, flag] : {std::pair{3, '\x40'}, std::pair{4, '\x04'}}) {
    std::string encrypted = test::id3v2(version, {title}) + mp3();
    encrypted[19] = flag;
    expect_refused(file("encrypted.mp3", encrypted), "ID3v2 tag");
  }
  std::string long_frame = test::id3v2(3, {title}) + mp3();
  long_frame[14] = '\x7F';
  expect_refused(file("long.mp3", long_frame), "ID3v2 tag");

  const auto [blocks, frames] = test::read_flac(plain_flac());
  for (const char* entry : {"no name",
                            "TITLE=Stra\xDF"
                            "e"}) {
    expect_refused(
        file("song.flac", test::flac({blocks[0], {4, test::vorbis_comment({entry})}}, frames)),
        "Vorbis comment");
  }
}

TEST_F(Tags, OfAFlacKeepItsBlocks) {
  const auto [plain, frames] = test::read_flac(plain_flac());
  const std::vector<test::FlacBlock> others = {
      plain[0], {2, "appdata!"}, {3, std::string(18, '\xFF')}};
  const std::vector<std::string> entries = {"GENRE=Jazz", "title=Song", "Genre=Ska", "ARTIST=A",
                                            "ARTIST=B"};
  auto blocks = others;
  blocks.push_back({4, test::vorbis_comment(entries)});
  for (const std::size_t padding : {0, 2, 20, 4096}) {
    SCOPED_TRACE(padding);
    auto padded = blocks;
    if (padding > 0) padded.push_back({1, std::string(padding, '\0')});
    const std::string path = file("song.ogg", test::flac(padded, frames) + test::id3v1("Song", 9));
    EXPECT_EQ(read_genre_tag(path).value_or("none"), "Jazz; Ska; Metal");
    const auto [after, after_frames] = test::read_flac(tagged(path, "a longer genre than before"));
    EXPECT_TRUE(after_frames == frames + test::id3v1("Song", 255));
    for (const auto& other : others) {
      EXPECT_TRUE(std::ranges::any_of(after, [&](const test::FlacBlock& block) {
        return block.type == other.type && block.content == other.content;
      }));
    }
    std::set<std::string> fields;
    for (const auto& block : after) {
      if (block.type != 4) continue;
      for (const auto& entry : test::read_vorbis_comment(block.content)) fields.insert(entry);
    }
    EXPECT_THAT(fields, ElementsAre("ARTIST=A", "ARTIST=B", "GENRE=a longer genre than before",
                                    "TITLE=Song"));
  }
}

TEST_F(Tags, OfOggKeepTheirPacketsThroughOtherPages) {
  const std::string path = file("song.wav", ogg());
  const auto before = test::read_ogg(ogg());
  // More than a page takes, and back.
  for (const std::string& genre : {std::string(200'000, 'x'), std::string("rock")}) {
    auto after = test::read_ogg(tagged(path, genre));
    ASSERT_EQ(after.size(), before.size());
    EXPECT_THAT(after[1], HasSubstr("GENRE=" + genre));
    after[1] = before[1];
    EXPECT_TRUE(after == before);
  }
}

TEST_F(Tags, MayHaveAnyName) {
  for (const std::string genre : {"\xC3\xA9lectro", "\xE6\xBC\x94\xE6\xAD\x8C", "a; b"}) {
    SCOPED_TRACE(genre);
    tagged(file("song.wav", wav()), genre);
    tagged(file("song.mp3", test::id3v2(3, {{"TIT2", std::string("\0Song", 5)}}) + mp3()), genre);
    tagged(file("song.flac", plain_flac()), genre);
    tagged(file("info.wav", test::form("RIFF", "WAVE", wav().substr(12) + info_list({}))), genre);
  }
}

TEST_F(Tags, KeepPermissionsTimesAndAttributes) {
  const std::string path = file("song.wav", wav());
  fs::permissions(path, fs::perms(0640));
  // Not every file system has extended attributes.
  const bool noted = setxattr(path.c_str(), "user.test", "note", 4, 0) == 0;
  const std::array<timespec, 2> times = {timespec{1'000'000'000, 5}, timespec{1'100'000'000, 7}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
  ASSERT_TRUE(write_genre_tag(path, "rock"));
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_EQ(status.st_mtim.tv_sec, 1'100'000'000);
  EXPECT_EQ(status.st_mtim.tv_nsec, 7);
  std::array<char, 8> note{};
  EXPECT_EQ(getxattr(path.c_str(), "user.test", note.data(), note.size()), noted ? 4 : -1);
  EXPECT_EQ(n_files(), 1U);
}

TEST_F(Tags, OfALinkAreThoseOfItsTarget) {
  const std::string path = file("song.wav", wav());
  fs::create_symlink("song.wav", root_ / "link.mp3");
  tagged((root_ / "link.mp3").string());
  EXPECT_TRUE(fs::is_symlink(root_ / "link.mp3"));
  EXPECT_EQ(read_genre_tag(path).value_or("none"), "rock");
}

TEST_F(Tags, AreRefusedWhereReplacingDoesMore) {
  const std::string path = file("song.wav", wav());
  fs::create_hard_link(path, root_ / "other.wav");
  expect_refused(path, "2 names");
  fs::remove(root_ / "other.wav");
  fs::permissions(path, fs::perms(0444));
  expect_refused(path, "read-only", ErrorCode::kUnreadableFile);
  fs::create_directory(root_ / "folder.wav");
  expect_refused((root_ / "folder.wav").string(), "not a regular file");
  ASSERT_EQ(mkfifo((root_ / "pipe.wav").c_str(), 0600), 0);
  expect_refused((root_ / "pipe.wav").string(), "not a regular file");
  EXPECT_FALSE(write_genre_tag((root_ / "none.wav").string(), "rock"));
}

TEST_F(Tags, SeeAChangeByOthers) {
  const std::string path = file("song.wav", wav());
  const auto original = Original::open(path);
  ASSERT_TRUE(original);
  EXPECT_TRUE(original->is_still(path));
  fs::copy(path, root_ / "copy.wav");
  fs::rename(root_ / "copy.wav", path);
  EXPECT_FALSE(original->is_still(path)) << "replaced";
  const auto second = Original::open(path);
  ASSERT_TRUE(second);
  std::ofstream(path, std::ios::app) << "more";
  EXPECT_FALSE(second->is_still(path)) << "grown";
  fs::remove(path);
  EXPECT_FALSE(second->is_still(path)) << "removed";
}

TEST_F(Tags, OfOneFileAreWrittenOneAfterTheOther) {
  const std::string path = file("song.wav", wav()), link = (root_ / "link").string();
  fs::create_symlink(path, link);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int k = 0; k < 10; ++k) {
          const auto written =
              write_genre_tag(i % 2 == 0 ? path : link, "genre " + std::to_string(i));
          EXPECT_TRUE(written) << written.error().message;
        }
      });
    }
  }
  auto chunks = test::read_chunks(content(path));
  EXPECT_EQ(chunks.back().first, "ID3 ");
  chunks.pop_back();
  EXPECT_TRUE(chunks == test::read_chunks(wav()));
  EXPECT_EQ(n_files(), 2U);
}

// Another process writes tags all the time, and is killed in the middle of it.
TEST_F(Tags, OfAKilledProcessAreTheOldOrTheNew) {
  const std::string files[] = {file("song.wav", wav()), file("song.mp3", mp3()),
                               file("song.flac", plain_flac()), file("song.ogg", ogg())};
  for (const auto& path : files) tagged(path);
  // The moments are to lie in the first few writes, however fast the machine is.
  const auto start = std::chrono::steady_clock::now();
  for (const auto& path : files) {
    ASSERT_TRUE(write_genre_tag(path, "jazz"));
    ASSERT_TRUE(write_genre_tag(path, "rock"));
  }
  const std::chrono::nanoseconds one = (std::chrono::steady_clock::now() - start) / 8;
  const std::string audio[] = {content(files[0]), content(files[1]), content(files[2]),
                               content(files[3])};
  std::mt19937 random(1);
  std::uniform_int_distribution<long> moment(0, 3 * one.count());
  std::size_t n_left_over = 0;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::string& path = files[i % 4];
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int k = 0;; ++k) static_cast<void>(write_genre_tag(path, k % 2 == 0 ? "jazz" : "rock"));
    }
    std::this_thread::sleep_for(std::chrono::nanoseconds(moment(random)));
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    const auto genre = read_genre_tag(path);
    ASSERT_TRUE(genre) << genre.error().message;
    seen.insert(*genre);
    // Both have as many letters: everything else has its old place.
    std::string bytes = content(path);
    bytes.replace(bytes.find(*genre), genre->size(), "rock");
    if (i % 4 == 3) {  // Ogg has a checksum over it too
      EXPECT_TRUE(test::read_ogg(bytes) == test::read_ogg(audio[3]));
    } else {
      EXPECT_TRUE(bytes == audio[i % 4]);
    }
    for (const auto& entry : fs::directory_iterator(root_)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("song.")) continue;
      EXPECT_TRUE(base::is_temporary_name(name)) << name;
      ++n_left_over;
      fs::remove(entry.path());
    }
  }
  EXPECT_THAT(seen, ElementsAre("jazz", "rock"));
  EXPECT_GT(n_left_over, 0U) << "no process was killed while it wrote";
}

TEST_F(Tags, PrintNothing) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  for (const auto& bytes : {wav() + "garbage", test::id3v2(3, {{"TALB", ""}}) + mp3(), ogg()}) {
    static_cast<void>(write_genre_tag(file("song", bytes), "rock"));
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace genre::batch
