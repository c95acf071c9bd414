#include "dataset/track_list.h"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "dataset/groups.h"

namespace genre::dataset {
namespace {

Result<std::vector<LabelledFile>> read_lines(CsvFile& csv, const std::string& folder,
                                             const std::string& group) {
  for (const std::string& column : {std::string("genre"), group}) {
    if (!column.empty() && column != kTrackGroup && !csv.find(column)) {
      return csv.error(fmt::format("the header has no column {}", column));
    }
  }
  std::vector<LabelledFile> files;
  while (true) {
    const auto more = csv.next();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return files;
    LabelledFile file{.file = {.path = csv.field("path")},
                      .genre = csv.field("genre"),
                      .row = {.track = csv.field("track"), .label = 0, .features = {}}};
    if (file.file.path.empty() || file.genre.empty()) {
      return csv.error(fmt::format("line {} has no {}", csv.line_number(),
                                   file.genre.empty() ? "genre" : "path"));
    }
    if (file.row.track.empty()) file.row.track = file.file.path;
    set_group(csv, group, file.row);
    file.file.path = (std::filesystem::path(folder) / file.file.path).string();
    files.push_back(std::move(file));
  }
}

}  // namespace

bool is_track_list(const CsvFile& csv) { return csv.find("path").has_value(); }

Result<FolderTable> read_track_list(CsvFile csv, const std::string& folder,
                                    const std::string& group, const AudioOptions& options,
                                    const std::function<void(const base::FileProgress&)>& on_file) {
  const auto files = read_lines(csv, folder, group);
  if (!files) return tl::make_unexpected(files.error());
  FolderTable music =
      read_labelled_files(*files, options, on_file, [&](Row& row, const FileFeatures& file) {
        if (group.empty() && !knows_artist(row) && !file.artist.empty()) row.group = file.artist;
      });
  music.table.name = csv.name();
  if (music.table.labels.size() < 2) {
    return csv.error(
        fmt::format("{} of its genres have a readable audio file; expected at least two genres{}",
                    music.table.labels.size(), first_skipped(music)));
  }
  return music;
}

}  // namespace genre::dataset
