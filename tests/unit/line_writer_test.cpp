#include "base/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <thread>

namespace genre::base {
namespace {

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() { EXPECT_EQ(pipe2(pipe_.data(), O_CLOEXEC), 0); }
  ~LineWriterTest() override {
    close_end(0);
    close_end(1);
  }

  void close_end(std::size_t end) {
    if (pipe_[end] >= 0) close(pipe_[end]);
    pipe_[end] = -1;
  }

  // Reads to the end, which is there once the writing end is closed.
  std::string read_all() {
    std::string text;
    std::array<char, 4096> piece;
    for (ssize_t n = 0; (n = read(pipe_[0], piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(n));
    }
    return text;
  }

  std::array<int, 2> pipe_{-1, -1};  // read, write
};

TEST_F(LineWriterTest, WritesEveryLineInOrderBeforeItEnds) {
  constexpr int kLines = 20000;  // more than the pipe holds
  std::string expected, got;
  std::thread reader([&] { got = read_all(); });
  {
    LineWriter writer(pipe_[1]);
    for (int i = 0; i < kLines; ++i) {
      const std::string line = "line " + std::to_string(i) + "\n";
      expected += line;
      writer.write(line);
    }
  }
  close_end(1);
  reader.join();
  EXPECT_EQ(got, expected);
}

TEST_F(LineWriterTest, DropsLinesInsteadOfWaitingForAReader) {
  LineWriter writer(pipe_[1], 1000);
  const std::string line(100, 'x');
  // The kernel's buffer of the pipe, ours, and then some.
  const int capacity = fcntl(pipe_[1], F_GETPIPE_SZ);
  const int lines = 2 * (capacity / 100 + 10);
  for (int i = 0; i < lines; ++i) writer.write(line);
  EXPECT_GT(writer.n_dropped(), 0U);
}

TEST_F(LineWriterTest, EndsWithoutAReader) {
  auto writer = std::make_unique<LineWriter>(pipe_[1]);
  writer->write(std::string(1 << 20, 'x'));
  writer.reset();
  close_end(0);   // lets the thread end, too
  pipe_[1] = -1;  // stays open, because nobody joins the thread that writes to it
}

TEST_F(LineWriterTest, SurvivesThatItsReaderIsGone) {
  close_end(0);
  auto writer = std::make_unique<LineWriter>(pipe_[1]);
  for (int i = 0; i < 10; ++i) writer->write("line\n");
  while (writer->n_dropped() < 10) std::this_thread::yield();
}

TEST_F(LineWriterTest, WritesToADescriptorThatDoesNotBlock) {
  ASSERT_EQ(fcntl(pipe_[1], F_SETFL, O_NONBLOCK), 0);
  std::string got;
  std::thread reader([&] { got = read_all(); });
  { LineWriter(pipe_[1]).write(std::string(1 << 20, 'x')); }
  close_end(1);
  reader.join();
  EXPECT_EQ(got.size(), 1U << 20);
}

}  // namespace
}  // namespace genre::base
