// A folder of music as a feature table: one sub-folder per genre, audio files of any format in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "dataset/table.h"
#include "genre/features.h"
#include "genre/predictor.h"
#include "genre/result.h"

namespace genre::dataset {

struct FolderOptions {
  FeatureSet feature_set = FeatureSet::kGtzan26;
  PadMode pad_mode = PadMode::kConstant;
  std::size_t n_augmented = 0;  // changed copies of each window; only of feature set texture
  std::uint64_t seed = 1;       // of these
  WindowOptions windows;
  unsigned threads = 0;    // 0: one for each core
  std::string cache = {};  // folder that keeps the rows for the next time; empty: none
};

struct SkippedFile {
  std::string path;  // within the folder
  std::string reason;
};

struct FolderTable {
  // A row a window; a row's track is its file's path within the folder, its group the sub-folder of
  // the genre's that the file lies in (an artist's, say), or the track where it lies in none.
  Table table;
  std::vector<SkippedFile> skipped;
};

// Reads every file below the sub-folders of path, several at a time, and cuts it into windows.
// Files come as base::Walk has them; what is no audio, or cannot be read, is skipped. The rows'
// order does not depend on the threads. on_file is called after each file, on the calling thread.
// Errors: kUnreadableFile; kBadTable where there are not two genres with a readable file each.
// Throws std::invalid_argument where n_augmented is not 0 and the feature set not texture.
[[nodiscard]] Result<FolderTable> read_folder(
    const std::string& path, const FolderOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file);

}  // namespace genre::dataset
