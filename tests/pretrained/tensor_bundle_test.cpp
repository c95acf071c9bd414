// TensorFlow's checkpoints, also damaged and hostile ones.
#include "pretrained/tensor_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pretrained/zip_writer.h"

namespace genre::pretrained::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

// One entry of a block.
std::string entry(std::size_t shared, const std::string& suffix, const std::string& value) {
  return varint(shared) + varint(suffix.size()) + varint(value.size()) + suffix + value;
}

// A block with one restart, which its compression and checksum follow.
std::string block(const std::string& entries, char compression = 0) {
  return entries + little(0, 4) + little(1, 4) + compression + little(0, 4);
}
constexpr std::size_t kTrailer = 5;

std::string handle(std::size_t offset, const std::string& block) {
  return varint(offset) + varint(block.size() - kTrailer);
}

// A BundleEntryProto. type: 1 is float32.
std::string array(int type, std::size_t offset, std::size_t size) {
  const std::string shape("\x12\x04\x12\x02\x08\x02", 6);  // [2]
  return "\x08" + varint(static_cast<std::uint64_t>(type)) + shape + "\x20" + varint(offset) +
         "\x28" + varint(size) + "\x35" + "CRC!";
}

std::string table(const std::string& content, int n_times = 1) {
  std::string entries;
  for (int i = 0; i < n_times; ++i) entries += entry(0, "~", handle(0, content));
  const std::string handles = block(entries);
  std::string footer = handle(0, content) + handle(content.size(), handles);
  footer.resize(40);
  return content + handles + footer + little(0xdb4775248b80fb57, 8);
}

// Two arrays of the data "AAAABBBB" and one of another type.
std::string small_table() {
  return table(block(entry(0, "", "header") + entry(0, "layer/bias", array(1, 4, 4)) +
                     entry(6, "kernel", array(1, 0, 4)) + entry(6, "step", array(9, 0, 8))));
}

auto read(const std::string& index, const std::string& data) {
  return read_tensor_bundle(std::as_bytes(std::span(index)), std::as_bytes(std::span(data)));
}

TEST(TensorBundle, FindsTheFloatArraysByName) {
  const std::string index = small_table(), data = "AAAABBBB";
  const auto arrays = read(index, data);
  ASSERT_TRUE(arrays) << arrays.error().message;
  std::map<std::string, std::string> texts;
  for (const auto& [name, bytes] : *arrays) texts[name] = base::as_text(bytes);
  EXPECT_THAT(texts, ElementsAre(Pair("layer/bias", "BBBB"), Pair("layer/kernel", "AAAA")));
}

TEST(TensorBundle, AnArrayBehindTheDataIsAnError) {
  EXPECT_FALSE(read(small_table(), "AAAABBB"));
  EXPECT_FALSE(read(table(block(entry(0, "a", array(1, SIZE_MAX, 4)))), "AAAA"));
  EXPECT_FALSE(read(table(block(entry(0, "a", array(1, 4, SIZE_MAX)))), "AAAA"));
}

TEST(TensorBundle, ACompressedTableIsAnError) {
  EXPECT_FALSE(read(table(block(entry(0, "a", array(1, 0, 4)), 1)), "AAAA"));
}

// Without a limit, a megabyte could declare a terabyte of keys.
TEST(TensorBundle, SharedKeysAndBlocksAreLimited) {
  std::string entries = entry(0, std::string(200, 'k'), array(1, 0, 4));
  for (int i = 0; i < 1000; ++i) entries += entry(200, "x", array(1, 0, 4));
  const std::string content = block(entries);
  const std::string data = "AAAA";
  const auto once = read(table(content), data);
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_EQ(once->size(), 2U);
  EXPECT_FALSE(read(table(content, 10), data));
  EXPECT_FALSE(read(table(block(entry(0, std::string(1000, 'k'), array(1, 0, 4)))), data));
}

TEST(TensorBundle, EveryTruncationAndEveryFlippedBitIsAnErrorOrReads) {
  const std::string index = small_table(), data = "AAAABBBB";
  for (std::size_t size = 0; size < index.size(); ++size) {
    EXPECT_FALSE(read(index.substr(0, size), data)) << size;
  }
  for (std::size_t bit = 0; bit < 8 * index.size(); ++bit) {
    std::string damaged = index;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    static_cast<void>(read(damaged, data));  // the sanitizers watch
  }
}

}  // namespace
}  // namespace genre::pretrained::test
