#include "cli/music.h"

#include <fmt/format.h>

#include <chrono>

#include "base/progress.h"

namespace genre::cli {

Result<dataset::Table> read_music(const std::string& path, const dataset::MusicOptions& options) {
  base::ProgressLine line;
  const auto start = std::chrono::steady_clock::now();
  auto music = dataset::read_music(path, options, [&](const base::FileProgress& progress) {
    if (line.due() || (line.on_terminal() && progress.n_done == progress.n_files)) {
      line.show(to_text(progress, "reading", "skipped", std::chrono::steady_clock::now() - start));
    }
  });
  line.end();
  if (!music) return tl::make_unexpected(std::move(music.error()));
  if (!music->skipped.empty()) {
    fmt::print(stderr, "{} files were skipped:\n", music->skipped.size());
    for (const dataset::SkippedFile& file : music->skipped) {
      fmt::print(stderr, "  {}: {}\n", file.path, file.reason);
    }
  }
  return std::move(music->table);
}

}  // namespace genre::cli
