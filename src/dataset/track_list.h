// Reads the audio files of a list: music that does not lie in a folder for each genre.
#pragma once

#include <functional>
#include <string>

#include "dataset/folder.h"
#include "genre/result.h"

namespace genre::dataset {

// Whether a CSV file is a list of audio files, and not a feature table.
[[nodiscard]] bool is_track_list(const CsvFile& csv);

// Columns: path, of the audio file, relative to the folder of the list; genre; and optionally
// artist (or the column `group`), source, and track, which is the same for several files of one
// recording and else the path. A file without an artist in the list gets that of its tags. Other
// columns are ignored. Errors: kBadTable, which names the line; also if fewer than two genres have
// a readable file. folder: of the list.
[[nodiscard]] Result<FolderTable> read_track_list(
    CsvFile csv, const std::string& folder, const std::string& group, const AudioOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file);

}  // namespace genre::dataset
