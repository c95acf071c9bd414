// Log-mel spectrograms in place of audio, for music that may not be passed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "dataset/table.h"
#include "genre/result.h"

namespace genre::dataset {

struct LogMelOptions {
  std::string group = {};       // column of tracks.csv with the tracks' groups, if any
  std::size_t n_augmented = 0;  // changed copies of each window
  std::uint64_t seed = 1;       // of these
};

// True for a folder that holds tracks.csv and logmel_u8.npy.
[[nodiscard]] bool is_log_mel_archive(const std::string& folder);

// The windows of 3 s of every track as feature set texture. The folder holds
// - logmel_u8.npy: uint8 [n_tracks, 128, n_columns], 38 columns at least, 77.5 ms apart: mel bands
//   as in librosa.feature.melspectrogram; value v is lo_db (1 - (v + 0.5) / 256) dB,
// - tracks.csv: columns track, genre, logmel_row (index into the former; empty or -1: the track is
//   left out), lo_db (negative) and that of the groups; others are ignored.
// Errors: kUnreadableFile; kBadTable, naming file, line and column.
[[nodiscard]] Result<Table> read_log_mel_archive(const std::string& folder,
                                                 const LogMelOptions& options);

}  // namespace genre::dataset
