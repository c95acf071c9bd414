// Log-mel spectrograms instead of audio, for music that must not be redistributed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "dataset/table.h"
#include "genre/result.h"

namespace genre::dataset {

struct LogMelOptions {
  std::string group = {};       // column of tracks.csv with the groups; empty: artist, if any
  std::size_t n_augmented = 0;  // augmented copies per window
  std::uint64_t seed = 1;       // of the augmentation
};

// Whether the folder contains tracks.csv and logmel_u8.npy.
[[nodiscard]] bool is_log_mel_archive(const std::string& folder);

// Computes feature set texture for the 3 s windows of every track. The folder contains
// - logmel_u8.npy: uint8 [n_tracks, 128, n_columns], at least 38 columns, 77.5 ms apart: mel bands
//   as in librosa.feature.melspectrogram; value v means lo_db (1 - (v + 0.5) / 256) dB,
// - tracks.csv: columns track, genre, logmel_row (index into logmel_u8.npy; empty or -1: the track
//   is left out), lo_db (negative) and optionally artist, or the column of the groups, and source;
//   other columns are ignored.
// Errors: kUnreadableFile; kBadTable, which names the file, line and column.
[[nodiscard]] Result<Table> read_log_mel_archive(const std::string& folder,
                                                 const LogMelOptions& options);

}  // namespace genre::dataset
