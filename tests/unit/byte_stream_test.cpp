// What decoders see of a pipe.
#include "audio/byte_stream.h"

#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

#include "base/descriptor.h"

namespace genre::test {
namespace {

using audio::ByteStream;

class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::bad_alloc();
    out_ = base::Descriptor(ends[0]);
    in_ = base::Descriptor(ends[1]);
  }
  [[nodiscard]] int out() const { return out_.get(); }
  void write(std::size_t n) {
    std::vector<std::byte> bytes(n);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(written_++ % 251);
    EXPECT_EQ(base::write_all(in_.get(), bytes), 0);
  }
  void end() { in_ = base::Descriptor(); }
  [[nodiscard]] int waiting() const {
    int n = 0;
    EXPECT_EQ(ioctl(out_.get(), FIONREAD, &n), 0);
    return n;
  }

 private:
  base::Descriptor out_, in_;
  std::size_t written_ = 0;
};

// Whether these are the bytes at the offset, as Pipe::write has written them.
bool are_at(std::size_t offset, std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) {
    if (byte != static_cast<std::byte>(offset++ % 251)) return false;
  }
  return true;
}

TEST(ByteStream, TakesNoMoreThanItIsAskedFor) {
  Pipe pipe;
  pipe.write(100);
  ByteStream stream(pipe.out());
  std::array<std::byte, 10> bytes{};
  EXPECT_EQ(stream.read(20, bytes, 10), 10U);
  EXPECT_TRUE(are_at(20, bytes));
  EXPECT_EQ(pipe.waiting(), 70);
  EXPECT_EQ(stream.read(0, bytes, 10), 10U);  // it has kept them
  EXPECT_TRUE(are_at(0, bytes));
  EXPECT_EQ(pipe.waiting(), 70);
}

TEST(ByteStream, ReturnsWhatHasArrivedIfLittleIsEnough) {
  Pipe pipe;
  pipe.write(3);
  ByteStream stream(pipe.out());
  std::array<std::byte, 10> bytes{};
  EXPECT_EQ(stream.read(0, bytes, 1), 3U);
}

TEST(ByteStream, WaitsForTheRest) {
  Pipe pipe;
  pipe.write(3);
  std::jthread writer([&] { pipe.write(7); });
  ByteStream stream(pipe.out());
  std::array<std::byte, 10> bytes{};
  EXPECT_EQ(stream.read(0, bytes, 10), 10U);
  EXPECT_TRUE(are_at(0, bytes));
}

TEST(ByteStream, KnowsItsLengthAtItsEnd) {
  Pipe pipe;
  pipe.write(5);
  pipe.end();
  ByteStream stream(pipe.out());
  EXPECT_EQ(stream.end(), ByteStream::kEndless);
  std::array<std::byte, 10> bytes{};
  EXPECT_EQ(stream.read(0, bytes, 10), 5U);
  EXPECT_EQ(stream.end(), 5U);
}

TEST(ByteStream, ForgetsWhatIsLongGone) {
  Pipe pipe;
  constexpr std::size_t kLength = 1'000'000;
  std::jthread writer([&] {
    pipe.write(kLength);
    pipe.end();
  });
  ByteStream stream(pipe.out());
  std::vector<std::byte> bytes(1000);
  for (std::size_t at = 0; at < kLength; at += bytes.size()) {
    ASSERT_EQ(stream.read(at, bytes, bytes.size()), bytes.size());
    ASSERT_TRUE(are_at(at, bytes));
  }
  EXPECT_EQ(stream.read(kLength - 60'000, bytes, 1), bytes.size());
  EXPECT_EQ(stream.read(0, bytes, 1), 0U);
}

}  // namespace
}  // namespace genre::test
