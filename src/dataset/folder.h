// Reads a folder of music as a feature table: one sub-folder per genre, with audio files of any
// supported format.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "dataset/audio_files.h"
#include "dataset/table.h"
#include "genre/result.h"

namespace genre::dataset {

struct NotedFile {
  std::string path;  // within the folder
  std::string reason;
};

struct FolderTable {
  // One row per window. track: the file's path within the folder. group: the artist in the file's
  // tags, or else the sub-folder of the genre's folder that contains the file, such as an artist's.
  Table table;
  std::vector<NotedFile> skipped;
  std::vector<NotedFile> warned;  // used, but with warnings; the reason is the first one
};

// "; the first file that could not be read is ...", for errors; empty if all were read.
[[nodiscard]] std::string first_skipped(const FolderTable& folder);

// Which groups the files of a folder get.
enum class FolderGroups { kTagOrFolder, kFolder, kNone };

// Reads every file below the sub-folders of path, and splits it into windows. base::Walk finds the
// files. read_files() says which are skipped. The order of the rows does not depend on the threads.
// on_file is called after each file, on the calling thread. Errors: kUnreadableFile; kBadTable if
// fewer than two genres have a readable file. Throws as read_files() does.
[[nodiscard]] Result<FolderTable> read_folder(
    const std::string& path, const AudioOptions& options, FolderGroups groups,
    const std::function<void(const base::FileProgress&)>& on_file);

// A file of known genre, before its features are computed: row.features is empty.
struct LabelledFile {
  ListedFile file;
  std::string genre;
  Row row;
};

// Reads the files, and makes a row of each window like the row of its file. Leaves out genres
// without a readable file. Calls complete(row, features) for each file, before its rows are made.
[[nodiscard]] FolderTable read_labelled_files(
    const std::vector<LabelledFile>& files, const AudioOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file,
    const std::function<void(Row&, const FileFeatures&)>& complete);

}  // namespace genre::dataset
