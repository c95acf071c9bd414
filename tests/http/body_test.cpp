#include "http/body.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "http/content_coding.h"
#include "http/limits.h"

namespace genre::http {
namespace {

struct Decoded {
  std::string bytes;
  std::size_t n_steps = 0;
};

// The whole body arrives at once.
Decoded decoded(Coding coding, const std::string& encoded) {
  constexpr std::size_t kMaxBody = 16 * kMiB;
  ByteBudget budget(2 * kMaxBody);
  Body body(kMaxBody, budget, "client", [] {});
  EXPECT_TRUE(body.set_coding(name_of(coding)));
  EXPECT_TRUE(body.accept(encoded));
  Decoded result;
  for (; !body.decoded(); ++result.n_steps) {
    if (!body.decode()) return {"refused", result.n_steps};
  }
  EXPECT_TRUE(body.finish());
  result.bytes.assign(reinterpret_cast<const char*>(body.bytes().data()), body.size());
  return result;
}

TEST(Body, IsDecodedInStepsThatLeaveOthersTheirTurn) {
  const std::string zeros(4 * kMiB, '\0');  // a step makes at most 256 KiB
  std::string noise(kMiB, '\0');            // a step takes at most 32 KiB
  unsigned state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24U);
  for (const Coding coding : kCodings) {
    const auto small = decoded(coding, *encode(coding, zeros));
    EXPECT_TRUE(small.bytes == zeros) << name_of(coding);
    EXPECT_GE(small.n_steps, 16U) << name_of(coding);
    const auto large = decoded(coding, *encode(coding, noise));
    EXPECT_TRUE(large.bytes == noise) << name_of(coding);
    EXPECT_GE(large.n_steps, 32U) << name_of(coding);
  }
}

// Each of them in a step of its own would cost a hundred times what decoding costs.
TEST(Body, TakesManyEmptyMembersInAStep) {
  for (const Coding coding : {Coding::kGzip, Coding::kZstd}) {
    const std::string empty = *encode(coding, "");
    std::string encoded;
    while (encoded.size() < kMiB) encoded += empty;
    encoded += *encode(coding, "end");
    const auto [bytes, n_steps] = decoded(coding, encoded);
    EXPECT_EQ(bytes, "end") << name_of(coding);
    EXPECT_LE(n_steps, kMiB / (32 * kKiB) + 3) << name_of(coding);
  }
}

}  // namespace
}  // namespace genre::http
