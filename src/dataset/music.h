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
  AudioOptions audio;
  std::string group = {};   // the column with the groups of the rows, in place of artist;
                            // kFolderGroup: the sub-folders of a folder of music
  std::string groups = {};  // a file for read_groups(); empty: none
};

inline constexpr const char* kFolderGroup = "folder";

// Genres that begin so are music of none of the genres: Table::others.
inline constexpr const char* kOther = "other:";

struct DataSet {
  std::string path;
  float weight = 1;  // of each of its rows in training; above 0
};

// path: a folder with one sub-folder of music per genre, a log-mel archive, a feature table, or a
// list of audio files. The rows of several data sets become one table. Then the tracks are named
// after the data set too, and a track without a source gets its data set as source.
// on_file is called after each audio file. Errors: those of read_folder, read_log_mel_archive,
// read_table and read_track_list; kBadTable if the feature sets differ.
[[nodiscard]] Result<FolderTable> read_music(
    const std::vector<DataSet>& data_sets, const MusicOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file);

// The skipped files and those with warnings as text, one per line; empty if there are none.
[[nodiscard]] std::string notes(const FolderTable& folder);

}  // namespace genre::dataset
