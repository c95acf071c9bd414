#include "dataset/music.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "base/text.h"
#include "dataset/log_mel_archive.h"

namespace genre::dataset {
namespace {

constexpr const char* kFolder = "folder";

FolderTable without_skipped(Table&& table) {
  return {.table = std::move(table), .skipped = {}, .warned = {}};
}

}  // namespace

Result<FolderTable> read_music(const std::string& path, const MusicOptions& options,
                               const std::function<void(const base::FileProgress&)>& on_file) {
  if (is_log_mel_archive(path)) {
    return read_log_mel_archive(path, {.group = options.group,
                                       .n_augmented = options.folder.n_augmented,
                                       .seed = options.folder.seed})
        .map(without_skipped);
  }
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    return read_table(path, options.group).map(without_skipped);
  }
  if (!options.group.empty() && options.group != kFolder) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: a folder of music has no column {}; use --group {} to group its "
                            "files by folder",
                            path, options.group, kFolder));
  }
  auto folder = read_folder(path, options.folder, on_file);
  if (folder && options.group.empty()) {
    for (Row& row : folder->table.rows) row.group = row.track;
  }
  return folder;
}

std::string notes(const FolderTable& folder) {
  std::string text;
  const auto list = [&text](const std::vector<NotedFile>& files, std::string_view what) {
    if (files.empty()) return;
    text += fmt::format("{} {}:\n", files.size(), what);
    for (const NotedFile& file : files)
      text += fmt::format("  {}: {}\n", base::printable(file.path), base::printable(file.reason));
  };
  list(folder.skipped, "files were skipped");
  list(folder.warned, "files were used with warnings");
  return text;
}

}  // namespace genre::dataset
