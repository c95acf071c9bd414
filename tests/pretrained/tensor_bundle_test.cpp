// TensorFlow's checkpoints, also damaged and hostile ones.
#include "pretrained/tensor_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pretrained/table_writer.h"

namespace genre::pretrained::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

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
