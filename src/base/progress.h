// Shows the progress of long work on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace genre::base {

// A progress line. It is updated in place on a terminal; in a pipe or a file, a new line is written
// every ten seconds at most.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  [[nodiscard]] bool on_terminal() const { return terminal_; }

  // Whether the next update is due, so that callers format the text only if it is shown.
  [[nodiscard]] bool due() const;
  void show(const std::string& text);

  void clear();  // removes the line from the terminal, before other output
  void end();    // keeps the line on the terminal

 private:
  using Clock = std::chrono::steady_clock;

  const bool terminal_;
  bool shown_ = false;  // the terminal shows a line without its line end
  Clock::time_point next_;
};

// The state of work on many files.
struct FileProgress {
  std::size_t n_files = 0;   // total
  std::size_t n_done = 0;    // including failed ones
  std::size_t n_before = 0;  // the part of n_done from an earlier run
  std::size_t n_failed = 0;
  double audio = 0;  // s of audio read
};

// "predict: 120/3000 files  35 files/s  0.09 hours of audio/s  2 errors  82 s left". doing: the
// name of the work; failed: the noun for failed files; elapsed: since the start.
[[nodiscard]] std::string to_text(const FileProgress& progress, const std::string& doing,
                                  const std::string& failed, std::chrono::duration<double> elapsed);

// Shows the progress of work on many files. On a terminal, the last file is always shown.
class FileProgressLine {
 public:
  // doing and failed: as in to_text().
  FileProgressLine(std::string doing, std::string failed);

  void operator()(const FileProgress& progress);  // call it after each file
  void end() { line_.end(); }

 private:
  std::string doing_, failed_;
  ProgressLine line_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace genre::base
