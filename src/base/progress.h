// How far long work is, for people, on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace genre::base {

// One line: rewritten in place on a terminal; elsewhere written anew, at most every ten seconds.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  [[nodiscard]] bool on_terminal() const { return terminal_; }

  // Whether it is time to show something, so that nobody formats text for nothing.
  [[nodiscard]] bool due() const;
  void show(const std::string& text);

  void clear();  // makes room for another line on the terminal
  void end();    // what is shown stays

 private:
  using Clock = std::chrono::steady_clock;

  const bool terminal_;
  bool shown_ = false;  // on a terminal, without the end of the line
  Clock::time_point next_;
};

// What is known of work on many files.
struct FileProgress {
  std::size_t n_files = 0;   // in all
  std::size_t n_done = 0;    // of these, failed ones included
  std::size_t n_before = 0;  // of these, done by an earlier run
  std::size_t n_failed = 0;
  double audio = 0;  // s of audio that were read
};

// "predict: 120/3000 files  35 files/s  0.09 hours of audio/s  2 errors  82 s left". doing: what is
// done with the files; failed: what the failed ones are called; elapsed: since the start.
[[nodiscard]] std::string to_text(const FileProgress& progress, const std::string& doing,
                                  const std::string& failed, std::chrono::duration<double> elapsed);

// Shows the progress of work on many files. On a terminal, the last file is always shown.
class FileProgressLine {
 public:
  // doing and failed: as for to_text().
  FileProgressLine(std::string doing, std::string failed);

  void operator()(const FileProgress& progress);  // after each file
  void end() { line_.end(); }

 private:
  std::string doing_, failed_;
  ProgressLine line_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace genre::base
