// What keeps tracks together in a split: the artist, and the collection that they come from.
// Tracks of one album share its sound, and tracks of one collection its labels and its recording.
#pragma once

#include <cstddef>
#include <string>

#include "dataset/csv_file.h"
#include "dataset/table.h"
#include "genre/result.h"

namespace genre::dataset {

// What a split does not divide.
enum class Unit { kTrack, kGroup, kSource };

// The name of the row's unit. Artists are compared without case, and without "the" in front. A row
// without a group is a group of its own track; a row without a source belongs to that of its group.
[[nodiscard]] std::string unit_of(const Row& row, Unit unit);

// Whether at least nine in ten tracks have a group, so that a split by groups means something.
[[nodiscard]] bool knows_groups(const Table& table);

// The number of known sources.
[[nodiscard]] std::size_t count_sources(const Table& table);

// As the name of a column with groups: there are no groups.
inline constexpr const char* kTrackGroup = "track";

// Sets group and source of a row from the current line of a CSV file: the columns artist (or
// column, if it is not empty) and source.
void set_group(const CsvFile& csv, const std::string& column, Row& row);

// Whether the group of the row is more than its source.
[[nodiscard]] bool knows_artist(const Row& row);

// Sets group and source of the rows by a CSV file with the columns track, and artist or source or
// both. Only the file name of a track without its extension counts. Rows of other tracks stay as
// they are. Errors: kUnreadableFile; kBadTable for a missing column, and if the table has none of
// the tracks.
[[nodiscard]] Result<void> read_groups(const std::string& path, Table& table);

// The file name without folders and extension. A number, as in "blues.00012", is not an extension.
[[nodiscard]] std::string track_name(const std::string& path);

}  // namespace genre::dataset
