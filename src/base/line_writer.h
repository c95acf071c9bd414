// Writes lines to a file descriptor without ever waiting for whoever reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace genre::base {

// Thread-safe. For logs: a program must not stand still because nobody reads its standard error.
class LineWriter {
 public:
  // max_bytes: of the lines that wait to be written. A line that does not fit is dropped.
  explicit LineWriter(int descriptor, std::size_t max_bytes = std::size_t{4} << 20);

  ~LineWriter();  // flushes

  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // line: with its line end.
  void write(std::string line) noexcept;

  // Waits until all lines are written. Gives up after five seconds, or after one in which the
  // reader took none.
  void flush();

  // Lines that did not fit, or could not be written because the reader is gone or the disk full.
  [[nodiscard]] std::uint64_t n_dropped() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace genre::base
