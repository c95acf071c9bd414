// Reads a folder of music as a feature table: one sub-folder per genre, with audio files of any
// supported format.
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
  std::size_t n_augmented = 0;  // augmented copies per window; only with feature set texture
  std::uint64_t seed = 1;       // of the augmentation
  WindowOptions windows;
  unsigned threads = 0;    // 0: one per core
  std::string cache = {};  // folder of a FeatureCache; empty: no cache
};

struct NotedFile {
  std::string path;  // within the folder
  std::string reason;
};

struct FolderTable {
  // One row per window. track: the file's path within the folder. group: the sub-folder of the
  // genre's folder that contains the file, such as an artist's; if there is none, the track.
  Table table;
  std::vector<NotedFile> skipped;
  std::vector<NotedFile> warned;  // used, but with warnings; the reason is the first one
};

// Reads every file below the sub-folders of path on several threads, and splits it into windows.
// base::Walk finds the files. Files that are not audio, cannot be read or are silent are skipped.
// Of damaged files, the audio that can be decoded is used, unless windows.strict. Silent windows
// are left out. The order of the rows does not depend on the threads. on_file is called after each
// file, on the calling thread. Errors: kUnreadableFile; kBadTable if fewer than two genres have a
// readable file. Throws std::invalid_argument if n_augmented is not 0 and the feature set is not
// texture.
[[nodiscard]] Result<FolderTable> read_folder(
    const std::string& path, const FolderOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file);

}  // namespace genre::dataset
