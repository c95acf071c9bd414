#include "cli/folder_progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace genre::cli {

void FolderProgressLine::show(const FolderProgress& progress) {
  static const bool terminal = isatty(STDERR_FILENO) != 0;
  const std::size_t step = std::max<std::size_t>(1, progress.n_files / 10);
  if (!terminal && progress.n_done % step != 0 && progress.n_done != progress.n_files) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const double rate =
      static_cast<double>(progress.n_done - progress.n_before) / std::max(elapsed.count(), 1e-3);
  const std::string audio =
      progress.audio > 0 ? fmt::format("{:.2f} hours of audio/s  ",
                                       progress.audio / 3600 / std::max(elapsed.count(), 1e-3))
                         : "";
  fmt::print(
      stderr, "{}{}: {}/{} files  {:.0f} files/s  {}{} {}  {:.0f} s left{}", terminal ? "\r" : "",
      doing_, progress.n_done, progress.n_files, rate, audio, progress.n_skipped, failed_,
      static_cast<double>(progress.n_files - progress.n_done) / rate, terminal ? "   " : "\n");
  std::fflush(stderr);
}

void FolderProgressLine::clear() {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\x1b[K");
}

void FolderProgressLine::end() {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\n");
}

void print_skipped(const std::vector<SkippedFile>& skipped) {
  if (skipped.empty()) return;
  fmt::print(stderr, "{} files were skipped:\n", skipped.size());
  for (const SkippedFile& file : skipped) fmt::print(stderr, "  {}: {}\n", file.path, file.reason);
}

}  // namespace genre::cli
