#include "dataset/groups.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/text.h"

namespace genre::dataset {
namespace {

// Tags and tables spell the same artist in several ways.
std::string group_key(const std::string& group) {
  const std::string lower = base::to_lower(base::trim(group));
  return lower.starts_with("the ") ? lower.substr(4) : lower;
}

std::string group_of_source(const Row& row) {
  return row.source.empty() ? "" : "source " + row.source;
}

}  // namespace

std::string unit_of(const Row& row, Unit unit) {
  if (unit == Unit::kSource && !row.source.empty()) return "source " + row.source;
  if (unit == Unit::kTrack || row.group.empty()) {
    return "track " + (row.recording.empty() ? row.track : row.recording);
  }
  return "group " + group_key(row.group);
}

bool knows_groups(const Table& table) {
  constexpr double kEnough = 0.9;
  std::set<std::string> all, grouped;
  for (const Row& row : table.rows) {
    all.insert(row.track);
    if (!row.group.empty()) grouped.insert(row.track);
  }
  return !grouped.empty() &&
         static_cast<double>(grouped.size()) >= kEnough * static_cast<double>(all.size());
}

std::size_t count_sources(const Table& table) {
  std::set<std::string> sources;
  for (const Row& row : table.rows) {
    if (!row.source.empty()) sources.insert(row.source);
  }
  return sources.size();
}

void set_group(const CsvFile& csv, const std::string& column, Row& row) {
  row.source = csv.field("source");
  row.group.clear();
  if (column == kTrackGroup) return;
  row.group = csv.field(column.empty() ? "artist" : column);
  // The artist may be any of the collection.
  if (group_key(row.group).empty()) row.group = group_of_source(row);
}

bool knows_artist(const Row& row) {
  return !row.group.empty() && row.group != group_of_source(row);
}

Result<void> read_groups(const std::string& path, Table& table) {
  auto csv = CsvFile::open(path);
  if (!csv) return tl::make_unexpected(csv.error());
  if (!csv->find("track") || !(csv->find("artist") || csv->find("source"))) {
    return csv->error("expected the columns track, and artist or source or both");
  }
  std::map<std::string, Row> groups;  // by track
  while (true) {
    const auto more = csv->next();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    Row row{.track = track_name(csv->field("track")), .label = 0, .features = {}};
    set_group(*csv, "", row);
    groups.insert_or_assign(row.track, row);
  }
  bool found = false;
  for (Row& row : table.rows) {
    const auto group = groups.find(track_name(row.track));
    if (group == groups.end()) continue;
    found = true;
    if (!group->second.group.empty()) row.group = group->second.group;
    if (!group->second.source.empty()) row.source = group->second.source;
  }
  if (!found) return csv->error(fmt::format("none of its tracks is in {}", table.name));
  return {};
}

std::string track_name(const std::string& path) {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  const std::string extension = name.extension().string();
  const bool is_number = extension.find_first_not_of(".0123456789") == std::string::npos;
  return is_number ? name.string() : name.stem().string();
}

}  // namespace genre::dataset
