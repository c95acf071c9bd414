// What is made of the answers of genre-decode, good ones and bad ones.
#include "audio/child_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <vector>

#include "decode/protocol.h"

namespace genre::audio {
namespace {

using decode::Block;
using decode::BlockHeader;
using decode::End;
using decode::Header;
using decode::Status;
using testing::ElementsAre;
using testing::HasSubstr;

class Bytes {
 public:
  template <typename T>
  Bytes& add(const T& value) {
    const std::size_t size = bytes_.size();
    bytes_.resize(size + sizeof(value));
    std::memcpy(bytes_.data() + size, &value, sizeof(value));
    return *this;
  }
  Bytes& add_block(const std::vector<float>& samples, std::uint32_t n_frames) {
    add(BlockHeader{Block::kAudio, n_frames});
    for (const float sample : samples) add(sample);
    return *this;
  }

  [[nodiscard]] ChildAnswer answer() const {
    return {[bytes = bytes_, at = std::size_t{0}](std::span<std::byte> to) mutable -> Result<void> {
              if (to.size() > bytes.size() - at) return fail(ErrorCode::kUnsupported, "it ends");
              std::memcpy(to.data(), bytes.data() + at, to.size());
              at += to.size();
              return {};
            },
            "M4A"};
  }

 private:
  std::vector<std::byte> bytes_;
};

Header header(Status status = Status::kOk, std::uint32_t sample_rate = 44100,
              std::uint32_t channels = 2) {
  Header header{.status = status, .sample_rate = sample_rate, .channels = channels};
  std::strcpy(header.codec.data(), "AAC");
  return header;
}

TEST(ChildAnswer, IsReadInAnyPortions) {
  Bytes bytes;
  bytes.add(header())
      .add_block({1, 2, 3, 4, 5, 6}, 3)
      .add_block({7, 8}, 1)
      .add(BlockHeader{Block::kEnd, 0});
  bytes.add(End{.n_frames = 4});
  auto answer = bytes.answer();
  const auto info = answer.read_header();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->sample_rate, 44100);
  EXPECT_EQ(info->channels, 2);
  EXPECT_EQ(info->format, "M4A (AAC)");
  std::vector<float> y(5);  // of which two frames are used
  EXPECT_EQ(answer.read(y), 2U);
  EXPECT_THAT(std::span(y).first(4), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(answer.read(y), 1U);
  EXPECT_THAT(std::span(y).first(2), ElementsAre(5, 6));
  EXPECT_EQ(answer.read(y), 1U);
  EXPECT_THAT(std::span(y).first(2), ElementsAre(7, 8));
  EXPECT_EQ(answer.read(y), 0U);
  EXPECT_EQ(answer.read(y), 0U);  // and stays at the end
}

TEST(ChildAnswer, SaysWhyThereIsNone) {
  for (const auto& [status, code, message] :
       {std::tuple(Status::kDamaged, ErrorCode::kUnsupported, "damaged"),
        std::tuple(Status::kNoAudio, ErrorCode::kUnsupported, "no audio track"),
        std::tuple(Status::kEncrypted, ErrorCode::kUnsupported, "DRM"),
        std::tuple(Status::kUnknownCodec, ErrorCode::kUnsupported, "AAC, which is not supported"),
        std::tuple(Status::kOutOfMemory, ErrorCode::kOutOfMemory, "memory"),
        std::tuple(Status::kNotSandboxed, ErrorCode::kUnavailable, "give up its rights")}) {
    const auto info = Bytes().add(header(status, 0, 0)).answer().read_header();
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, code);
    EXPECT_THAT(info.error().message, HasSubstr(message));
  }
}

TEST(ChildAnswer, IsNotBelievedBeyondItsLimits) {
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  auto magic = header(), status = header(), codec = header(), unended = header();
  magic.magic ^= 1;
  status.status = static_cast<Status>(kMost);
  codec.codec[1] = '\n';
  unended.codec.fill('\xFF');
  for (const Header& bad :
       {magic, status, codec, unended, header(Status::kOk, 0), header(Status::kOk, kMost),
        header(Status::kOk, 44100, 0), header(Status::kOk, 44100, decode::kMaxChannels + 1)}) {
    EXPECT_FALSE(Bytes().add(bad).answer().read_header());
  }
  std::vector<float> y(2000);
  for (const BlockHeader bad :
       {BlockHeader{Block::kAudio, 0}, BlockHeader{Block::kAudio, decode::kMaxBlockSamples / 2 + 1},
        BlockHeader{Block::kAudio, kMost}, BlockHeader{Block::kEnd, 1},
        BlockHeader{static_cast<Block>(4), 1}, BlockHeader{Block::kJump, 1}}) {
    auto answer = Bytes().add(header()).add(bad).add(End{}).answer();
    ASSERT_TRUE(answer.read_header());
    EXPECT_FALSE(answer.read(y));
  }
}

TEST(ChildAnswer, HalfOfOneIsNone) {
  std::vector<float> y(8);
  const auto last_read = [&y](const Bytes& bytes) {
    auto answer = bytes.answer();
    EXPECT_TRUE(answer.read_header());
    EXPECT_EQ(answer.read(y), 1U);
    return answer.read(y);
  };
  Bytes whole;
  whole.add(header()).add_block({1, 2}, 1);
  EXPECT_FALSE(last_read(whole));  // no end
  whole.add(BlockHeader{Block::kEnd, 0});
  EXPECT_FALSE(last_read(whole));
  const auto ended = [&](const End& end) { return last_read(Bytes(whole).add(end)); };
  EXPECT_EQ(ended({.n_frames = 1}), 0U);
  EXPECT_FALSE(ended({.n_frames = 2}));
}

TEST(ChildAnswer, JumpsWhereItWasAsked) {
  Bytes bytes;
  bytes.add(header())
      .add_block({1, 1, 2, 2, 3, 3}, 3)
      .add(BlockHeader{Block::kJump, 95})
      .add_block({99, 99, 100, 100, 101, 101, 102, 102}, 4)
      .add(BlockHeader{Block::kEnd, 0});
  bytes.add(End{.n_frames = 7});
  std::vector<float> y(4);
  for (const int wanted : {2, 98, 101}) {
    auto answer = bytes.answer();
    ASSERT_TRUE(answer.read_header());
    // A process that is past the wanted frame already does not jump.
    EXPECT_EQ(answer.skip_to(wanted), wanted);
    if (wanted == 2) {
      EXPECT_EQ(answer.read(y), 1U);
      EXPECT_EQ(y[0], 3);
      EXPECT_FALSE(answer.read(y));  // nobody asked for frame 98
    } else {
      EXPECT_EQ(answer.read(y), wanted == 98 ? 2U : 1U);
      EXPECT_EQ(y[0], wanted + 1);
    }
  }
  auto answer = bytes.answer();
  ASSERT_TRUE(answer.read_header());
  EXPECT_EQ(answer.skip_to(1000), 102);  // it ends there
  auto too_far = bytes.answer();
  ASSERT_TRUE(too_far.read_header());
  EXPECT_FALSE(too_far.skip_to(97));
}

TEST(ChildAnswer, TellsWhatIsMissing) {
  Bytes bytes;
  bytes.add(header()).add_block({1, 2}, 1).add(BlockHeader{Block::kLost, 3});
  bytes.add_block({3, 4}, 1).add(BlockHeader{Block::kLost, 0}).add(BlockHeader{Block::kEnd, 0});
  bytes.add(End{.n_frames = 2, .n_missing = 10, .ended_early = 1});
  auto answer = bytes.answer();
  ASSERT_TRUE(answer.read_header());
  std::vector<float> y(100), all;
  while (true) {
    const auto n = answer.read(y);
    ASSERT_TRUE(n);
    if (*n == 0) break;
    all.insert(all.end(), y.begin(), y.begin() + static_cast<std::ptrdiff_t>(2 * *n));
  }
  EXPECT_THAT(all, ElementsAre(1, 2, 0, 0, 0, 0, 0, 0, 3, 4));
  const auto damage = answer.take_damage();
  ASSERT_EQ(damage.size(), 3U);
  const auto spans = [&](std::size_t i) { return std::pair(damage[i].from, damage[i].to); };
  EXPECT_EQ(spans(0), std::pair(std::int64_t{1}, std::int64_t{4}));
  EXPECT_EQ(spans(1), std::pair(std::int64_t{5}, std::int64_t{5}));
  EXPECT_EQ(spans(2), std::pair(std::int64_t{5}, std::int64_t{15}));
  EXPECT_EQ(damage[0].code, WarningCode::kDamaged);
  EXPECT_EQ(damage[2].code, WarningCode::kTruncated);
}

// Otherwise an answer could go on for ever without a sample.
TEST(ChildAnswer, LosesNothingTwiceInARow) {
  const BlockHeader lost{Block::kLost, 0};
  auto answer = Bytes().add(header()).add(lost).add(lost).answer();
  ASSERT_TRUE(answer.read_header());
  std::vector<float> y(8);
  EXPECT_FALSE(answer.read(y));
}

}  // namespace
}  // namespace genre::audio
