#include "cli/data.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/folder_progress.h"
#include "dataset/log_mel_archive.h"

namespace genre::cli {
namespace {

constexpr const char* kFolder = "folder";

Result<Table> read_music(const std::string& path, const DataOptions& options) {
  if (!options.group.empty() && options.group != kFolder) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: music in folders has no column {}; its files are grouped by the "
                            "folder they lie in, --group {}",
                            path, options.group, kFolder));
  }
  FolderProgressLine line("reading", "skipped");
  auto folder = read_folder(path, options.folder,
                            [&](const FolderProgress& progress) { line.show(progress); });
  line.end();
  if (!folder) return tl::make_unexpected(folder.error());
  print_skipped(folder->skipped);
  if (options.group.empty()) {
    for (Row& row : folder->table.rows) row.group = row.track;
  }
  return std::move(folder->table);
}

}  // namespace

Result<Table> read_data(const std::string& path, const DataOptions& options) {
  if (is_log_mel_archive(path)) {
    return read_log_mel_archive(path, {.group = options.group,
                                       .n_augmented = options.folder.n_augmented,
                                       .seed = options.folder.seed});
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return read_music(path, options);
  return read_table(path, options.group);
}

}  // namespace genre::cli
