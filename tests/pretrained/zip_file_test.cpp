// ZIP archives, also damaged and hostile ones.
#include "pretrained/zip_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pretrained/zip_writer.h"

namespace genre::pretrained::test {
namespace {

using testing::HasSubstr;

base::Bytes bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string text(const ZipFile& zip, std::string_view name, std::size_t limit = 1 << 20) {
  const auto* entry = zip.find(name);
  if (entry == nullptr) return "no such entry";
  const auto content = zip.read(*entry, limit);
  return content ? std::string(base::as_text(*content)) : "error: " + content.error().message;
}

TEST(ZipFile, ReadsStoredAndDeflatedEntries) {
  const std::string zeros(100000, '0');
  ZipWriter writer;
  writer.add("a", "hello");
  writer.add("folder/zeros", zeros, ZipWriter::Method::kDeflated);
  writer.add("empty", "");
  writer.add("deflated/empty", "", ZipWriter::Method::kDeflated);
  for (const std::string comment : {"", "PK\5\6", "a comment"}) {
    const std::string archive = writer.archive(comment);
    const auto zip = ZipFile::open(bytes(archive));
    ASSERT_TRUE(zip) << zip.error().message;
    ASSERT_EQ(zip->entries().size(), 4U);
    EXPECT_EQ(text(*zip, "a"), "hello");
    EXPECT_EQ(text(*zip, "folder/zeros"), zeros);
    EXPECT_EQ(text(*zip, "empty"), "");
    EXPECT_EQ(text(*zip, "deflated/empty"), "");
  }
}

TEST(ZipFile, AnEntryOverTheLimitIsRefused) {
  ZipWriter writer;
  writer.add("zeros", std::string(1000, '0'), ZipWriter::Method::kDeflated);
  // Less than its content has.
  writer.add("liar", std::string(1000, '0'), ZipWriter::Method::kDeflated, 10);
  writer.add("braggart", "hello", ZipWriter::Method::kStored, 0xFFFFFFFF);
  const std::string archive = writer.archive();
  const auto zip = ZipFile::open(bytes(archive));
  ASSERT_TRUE(zip) << zip.error().message;
  EXPECT_THAT(text(*zip, "zeros", 999), HasSubstr("zeros has 1000 bytes; expected at most 999"));
  EXPECT_THAT(text(*zip, "liar"), HasSubstr("liar is damaged"));
  EXPECT_THAT(text(*zip, "braggart"), HasSubstr("expected at most"));
  EXPECT_THAT(text(*zip, "braggart", SIZE_MAX), HasSubstr("braggart is damaged"));
}

TEST(ZipFile, SaysWhichEntriesItCannotRead) {
  ZipWriter writer;
  writer.add("secret", "hello", ZipWriter::Method::kStored, SIZE_MAX, /*flags=*/1);
  writer.add("modern", "hello", static_cast<ZipWriter::Method>(93));
  const std::string archive = writer.archive();
  const auto zip = ZipFile::open(bytes(archive));
  ASSERT_TRUE(zip) << zip.error().message;
  EXPECT_THAT(text(*zip, "secret"), HasSubstr("secret is encrypted"));
  EXPECT_THAT(text(*zip, "modern"), HasSubstr("modern is compressed with method 93"));
}

TEST(ZipFile, EveryTruncationAndEveryFlippedBitIsAnErrorOrReads) {
  ZipWriter writer;
  writer.add("a", "hello");
  writer.add("b", std::string(100, '0'), ZipWriter::Method::kDeflated);
  const std::string archive = writer.archive();
  const auto read_all = [](const std::string& damaged) {
    const auto zip = ZipFile::open(bytes(damaged));
    if (!zip) return false;
    for (const auto& entry : zip->entries()) static_cast<void>(zip->read(entry, 1 << 20));
    return true;
  };
  for (std::size_t size = 0; size < archive.size(); ++size) {
    EXPECT_FALSE(read_all(archive.substr(0, size))) << size;
  }
  for (std::size_t bit = 0; bit < 8 * archive.size(); ++bit) {
    std::string damaged = archive;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    static_cast<void>(read_all(damaged));  // the sanitizers watch
  }
}

}  // namespace
}  // namespace genre::pretrained::test
