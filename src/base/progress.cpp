#include "base/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace genre::base {
namespace {

constexpr std::chrono::milliseconds kTerminalPause{100};
constexpr std::chrono::seconds kPipePause{10};

}  // namespace

ProgressLine::ProgressLine()
    : terminal_(isatty(STDERR_FILENO) != 0),
      next_(terminal_ ? Clock::now() : Clock::now() + kPipePause) {}

bool ProgressLine::due() const { return Clock::now() >= next_; }

void ProgressLine::show(const std::string& text) {
  if (terminal_) {
    fmt::print(stderr, "\r\x1b[K{}", text);
    std::fflush(stderr);
    shown_ = true;
    next_ = Clock::now() + kTerminalPause;
  } else {
    fmt::print(stderr, "{}\n", text);
    next_ = Clock::now() + kPipePause;
  }
}

void ProgressLine::clear() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

void ProgressLine::end() {
  if (shown_) fmt::print(stderr, "\n");
  shown_ = false;
}

std::string to_text(const FileProgress& progress, const std::string& doing,
                    const std::string& failed, std::chrono::duration<double> elapsed) {
  const double seconds = std::max(elapsed.count(), 1e-3);
  const double rate = static_cast<double>(progress.n_done - progress.n_before) / seconds;
  const auto left = static_cast<double>(progress.n_files - progress.n_done);
  return fmt::format(
      "{}: {}/{} files  {:.0f} files/s  {}{} {}  {} left", doing, progress.n_done, progress.n_files,
      rate,
      progress.audio > 0 ? fmt::format("{:.2f} hours of audio/s  ", progress.audio / 3600 / seconds)
                         : "",
      progress.n_failed, failed, rate > 0 ? fmt::format("{:.0f} s", left / rate) : "?");
}

FileProgressLine::FileProgressLine(std::string doing, std::string failed)
    : doing_(std::move(doing)), failed_(std::move(failed)) {}

void FileProgressLine::operator()(const FileProgress& progress) {
  const bool last = progress.n_done == progress.n_files;
  if (!line_.due() && !(line_.on_terminal() && last)) return;
  line_.show(to_text(progress, doing_, failed_, std::chrono::steady_clock::now() - start_));
}

}  // namespace genre::base
