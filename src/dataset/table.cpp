#include "dataset/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "base/csv.h"
#include "features/feature_sets.h"

namespace genre::dataset {
namespace {

tl::unexpected<Error> bad_table(const std::string& name, const std::string& why) {
  return fail(ErrorCode::kBadTable, fmt::format("{}: {}", name, why));
}

// The positions of the columns.
struct Columns {
  std::size_t count = 0;
  std::size_t genre = 0;
  std::optional<std::size_t> track, group;
  FeatureSet feature_set = FeatureSet::kGtzan26;
  std::vector<std::size_t> features;  // [n_features]
};

Result<Columns> find_columns(const std::string& name, const base::Fields& header,
                             const std::string& group) {
  std::map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < header.size(); ++i) position.emplace(header[i], i);

  std::vector<std::string> missing;
  const auto find = [&](const std::string& column) {
    const auto found = position.find(column);
    if (found != position.end()) return found->second;
    missing.push_back(column);
    return std::size_t{0};
  };
  Columns columns{
      .count = header.size(), .genre = find("genre"), .track = {}, .group = {}, .features = {}};
  columns.feature_set = features::feature_set_of(header).id;
  if (!group.empty()) columns.group = find(group);
  for (const std::string& feature : feature_names(columns.feature_set)) {
    columns.features.push_back(find(feature));
  }
  if (!missing.empty()) {
    constexpr std::size_t kNamed = 26;
    const std::string more =
        missing.size() > kNamed ? fmt::format(" and {} more", missing.size() - kNamed) : "";
    missing.resize(std::min(missing.size(), kNamed));
    return bad_table(name,
                     fmt::format("the header has no column {}{}", fmt::join(missing, ", "), more));
  }
  if (const auto track = position.find("track"); track != position.end()) {
    columns.track = track->second;
  }
  return columns;
}

// A row with the name of its genre, because labels are known only after the last row.
struct NamedRow {
  Row row;
  std::string genre;
};

Result<NamedRow> parse_row(const std::string& name, std::size_t line_number,
                           const std::string& line, const Columns& columns) {
  const auto fields = base::split_line(line);
  if (!fields || fields->size() != columns.count) {
    return bad_table(name, fmt::format("line {} has {} fields; the header has {}", line_number,
                                       fields ? fields->size() : 0, columns.count));
  }
  NamedRow result;
  result.genre = (*fields)[columns.genre];
  if (result.genre.empty()) {
    return bad_table(name, fmt::format("line {} has no genre", line_number));
  }
  result.row.track = columns.track ? (*fields)[*columns.track] : std::to_string(line_number);
  if (columns.group) result.row.group = (*fields)[*columns.group];
  for (const std::size_t column : columns.features) {
    const std::string& text = (*fields)[column];
    const auto value = base::parse_finite(text);
    if (!value) {
      const std::size_t i = result.row.features.size();
      return bad_table(name, fmt::format("line {}, column {}: \"{}\" is not a finite number",
                                         line_number, feature_names(columns.feature_set)[i], text));
    }
    result.row.features.push_back(*value);
  }
  if (result.row.group.empty()) result.row.group = result.row.track;
  return result;
}

}  // namespace

Result<Table> read_table(const std::string& path, const std::string& group) {
  Table table;
  table.name = std::filesystem::path(path).filename().string();
  std::ifstream file(path);
  std::string line;
  if (!file || std::filesystem::is_directory(path)) {
    return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be read", path));
  }
  if (!base::read_line(file, line)) return bad_table(table.name, "the file is empty");
  const auto header = base::split_line(line);
  if (!header) return bad_table(table.name, "the header has an unclosed quote");
  const auto columns = find_columns(table.name, *header, group);
  if (!columns) return tl::make_unexpected(columns.error());
  table.feature_set = columns->feature_set;

  std::vector<NamedRow> rows;
  std::set<std::string> genres;
  for (std::size_t line_number = 2; base::read_line(file, line); ++line_number) {
    if (line.empty()) continue;
    auto row = parse_row(table.name, line_number, line, *columns);
    if (!row) return tl::make_unexpected(row.error());
    genres.insert(row->genre);
    rows.push_back(std::move(*row));
  }
  if (genres.size() < 2) {
    return bad_table(table.name, fmt::format("it has {} rows of {} genres; at least two genres are "
                                             "required",
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
