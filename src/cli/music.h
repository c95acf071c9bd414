// Reading music for genre train and genre evaluate, with its progress on standard error.
#pragma once

#include <string>

#include "dataset/music.h"

namespace genre::cli {

// Also lists the files that were skipped.
[[nodiscard]] Result<dataset::Table> read_music(const std::string& path,
                                                const dataset::MusicOptions& options);

}  // namespace genre::cli
