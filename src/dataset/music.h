// Reads music with known genres in any supported form, for genre train and genre evaluate.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "dataset/folder.h"
#include "dataset/table.h"
#include "genre/result.h"

namespace genre::dataset {

struct MusicOptions {
  FolderOptions folder;
  std::string group;  // the column with the groups of the rows; "folder" for a folder of music
};

// path: a folder with one sub-folder of music per genre, a log-mel archive, or a feature table.
// on_file is called after each file of a folder of music. Errors: those of read_folder,
// read_log_mel_archive and read_table.
[[nodiscard]] Result<FolderTable> read_music(
    const std::string& path, const MusicOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file);

// The skipped files and those with warnings as text, one per line; empty if there are none.
[[nodiscard]] std::string notes(const FolderTable& folder);

}  // namespace genre::dataset
