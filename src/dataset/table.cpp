#include "dataset/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "dataset/groups.h"
#include "features/feature_sets.h"

namespace genre::dataset {
namespace {

// The positions of the columns.
struct Columns {
  std::size_t genre = 0;
  std::optional<std::size_t> track;
  FeatureSet feature_set = FeatureSet::kGtzan26;
  std::vector<std::string> names;     // [n_features]
  std::vector<std::size_t> features;  // [n_features]
};

Result<Columns> find_columns(const CsvFile& csv, const std::string& group,
                             const std::vector<std::string>& values) {
  std::vector<std::string> missing;
  const auto find = [&](const std::string& column) {
    const auto found = csv.find(column);
    if (!found) missing.push_back(column);
    return found.value_or(0);
  };
  Columns columns{.genre = find("genre"),
                  .track = csv.find("track") ? csv.find("track") : csv.find("file"),
                  .names = values,
                  .features = {}};
  if (values.empty()) {
    columns.feature_set = features::feature_set_of(csv.header()).id;
    const auto names = feature_names(columns.feature_set);
    columns.names.assign(names.begin(), names.end());
  }
  if (!group.empty() && group != kTrackGroup) find(group);
  for (const std::string& feature : columns.names) {
    columns.features.push_back(find(feature));
  }
  if (!missing.empty()) {
    constexpr std::size_t kNamed = 26;
    const std::string more =
        missing.size() > kNamed ? fmt::format(" and {} more", missing.size() - kNamed) : "";
    missing.resize(std::min(missing.size(), kNamed));
    return csv.error(fmt::format("the header has no column {}{}", fmt::join(missing, ", "), more));
  }
  return columns;
}

// A row with the name of its genre, because labels are known only after the last row.
struct NamedRow {
  Row row;
  std::string genre;
};

Result<NamedRow> parse_row(const CsvFile& csv, const Columns& columns, const std::string& group) {
  NamedRow result;
  result.genre = csv[columns.genre];
  if (result.genre.empty()) {
    return csv.error(fmt::format("line {} has no genre", csv.line_number()));
  }
  result.row.track = columns.track ? csv[*columns.track] : std::to_string(csv.line_number());
  set_group(csv, group, result.row);
  for (const std::size_t column : columns.features) {
    const std::string& text = csv[column];
    const auto value = base::parse_finite(text);
    if (!value) {
      const std::size_t i = result.row.features.size();
      return csv.error(fmt::format("line {}, column {}: \"{}\" is not a finite number",
                                   csv.line_number(), columns.names[i], text));
    }
    result.row.features.push_back(*value);
  }
  return result;
}

}  // namespace

std::string data_set_name(const std::string& path) {
  const auto normal = std::filesystem::path(path).lexically_normal();
  const auto name = (normal.has_filename() ? normal : normal.parent_path()).filename().string();
  return name.empty() ? path : name;
}

Result<Table> read_table(const std::string& path, const std::string& group) {
  return CsvFile::open(path).and_then(
      [&](CsvFile&& csv) { return read_table(std::move(csv), group); });
}

Result<Table> read_table(CsvFile csv, const std::string& group,
                         const std::vector<std::string>& values) {
  const auto columns = find_columns(csv, group, values);
  if (!columns) return tl::make_unexpected(columns.error());
  Table table{.name = csv.name(), .labels = {}, .rows = {}, .feature_set = columns->feature_set};
  std::vector<NamedRow> rows;
  std::set<std::string> genres;
  while (true) {
    const auto more = csv.next();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    auto row = parse_row(csv, *columns, group);
    if (!row) return tl::make_unexpected(row.error());
    genres.insert(row->genre);
    rows.push_back(std::move(*row));
  }
  if (genres.size() < 2) {
    return csv.error(fmt::format("it has {} rows of {} genres; at least two genres are required",
                                 rows.size(), genres.size()));
  }
  table.labels.assign(genres.begin(), genres.end());
  for (NamedRow& named : rows) {
    named.row.label = static_cast<std::size_t>(std::ranges::lower_bound(table.labels, named.genre) -
                                               table.labels.begin());
    table.rows.push_back(std::move(named.row));
  }
  return table;
}

}  // namespace genre::dataset
