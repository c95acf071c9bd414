#include "dataset/feature_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>

#include "dataset/temporary_folder.h"

namespace genre::test {
namespace {

using namespace dataset;

namespace fs = std::filesystem;
using testing::IsEmpty;

class Cache : public TemporaryFolder {
 protected:
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_))
      names.push_back(entry.path().filename());
    return names;
  }
  std::vector<WindowFeatures> windows_ = {{{1, 2, 3}, false}, {{4, 5, 6}, true}};
};

TEST_F(Cache, HasWhatWasStored) {
  const FeatureCache cache(root_ / "made" / "when needed", "settings");
  EXPECT_TRUE(cache.enabled());
  EXPECT_FALSE(cache.load(7, 3));
  cache.store(7, windows_);
  const auto loaded = cache.load(7, 3);
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->size(), 2U);
  EXPECT_EQ((*loaded)[1].features, windows_[1].features);
  EXPECT_FALSE((*loaded)[0].augmented);
  EXPECT_TRUE((*loaded)[1].augmented);
  EXPECT_FALSE(cache.load(8, 3)) << "of another content";
  EXPECT_FALSE(cache.load(7, 4)) << "of other features";
  EXPECT_FALSE(FeatureCache(root_ / "made" / "when needed", "others").load(7, 3));
}

TEST_F(Cache, HasOneWholeFileForEachContent) {
  const FeatureCache cache(root_, "settings");
  cache.store(7, windows_);
  const auto before = names();
  ASSERT_EQ(before.size(), 1U);
  windows_[0].features[0] = 9;
  cache.store(7, windows_);
  EXPECT_EQ(names(), before);
  EXPECT_EQ(cache.load(7, 3)->front().features[0], 9);
}

TEST_F(Cache, NeverFails) {
  write("file", "where a folder should be");
  for (const std::string& folder : {(root_ / "file").string(), std::string("/proc/genre_test")}) {
    const FeatureCache cache(folder, "settings");
    cache.store(7, windows_);
    EXPECT_FALSE(cache.load(7, 3));
  }
  const FeatureCache cache(root_, "settings");
  cache.store(7, windows_);
  for (const auto& name : names()) write(name, "damaged");
  EXPECT_FALSE(cache.load(7, 3));
}

TEST_F(Cache, IsNoneWithoutAFolder) {
  fs::create_directories(root_);
  const FeatureCache cache("", "settings");
  EXPECT_FALSE(cache.enabled());
  cache.store(7, windows_);
  EXPECT_FALSE(cache.load(7, 3));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Cache, HashesTheContentHoweverItIsRead) {
  std::mt19937 random(1);
  std::string bytes(9'000'001, '\0');  // longer than what is held of a file, and no whole pieces
  std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
  const auto hash_of = [](std::string_view text) {
    return content_hash(AudioFile(std::as_bytes(std::span(text))));
  };
  write("file", bytes);
  const auto file = AudioFile::open(root_ / "file");
  ASSERT_TRUE(file);
  ASSERT_LT(file->start().size(), file->size());
  const std::uint64_t hash = hash_of(bytes);
  EXPECT_EQ(content_hash(*file), hash);
  for (const std::size_t at : {std::size_t{0}, std::size_t{5'000'000}, bytes.size() - 1}) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] + 1);
    EXPECT_NE(hash_of(changed), hash) << at;
  }
  EXPECT_NE(hash_of(std::string_view(bytes).substr(1)), hash);
  EXPECT_NE(hash_of(bytes + '\0'), hash);
}

}  // namespace
}  // namespace genre::test
