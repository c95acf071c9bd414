#include "dataset/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>

namespace genre {
namespace {

using Fields = std::vector<std::string>;

tl::unexpected<Error> bad_table(const std::string& name, const std::string& why) {
  return fail(ErrorCode::kBadTable, fmt::format("{}: {}", name, why));
}

// Splits a line of CSV; nothing where a quoted field does not end.
std::optional<Fields> split_line(std::string_view line) {
  Fields fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return fields;
}

bool read_line(std::ifstream& file, std::string& line) {
  if (!std::getline(file, line)) return false;
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

std::optional<float> parse_finite(const std::string& text) {
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// Where the columns stand.
struct Columns {
  std::size_t count = 0;
  std::size_t genre = 0;
  std::optional<std::size_t> track;
  std::array<std::size_t, kGtzan26Size> features{};
};

Result<Columns> find_columns(const std::string& name, const Fields& header) {
  std::map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < header.size(); ++i) position.emplace(header[i], i);

  std::string missing;
  const auto find = [&](std::string_view column) {
    const auto found = position.find(std::string(column));
    if (found != position.end()) return found->second;
    missing += fmt::format("{}{}", missing.empty() ? "" : ", ", column);
    return std::size_t{0};
  };
  Columns columns{.count = header.size(), .genre = find("genre"), .track = {}, .features = {}};
  for (std::size_t i = 0; i < kGtzan26Size; ++i) columns.features[i] = find(kGtzan26Names[i]);
  if (!missing.empty()) {
    return bad_table(name, fmt::format("the header has no column {}", missing));
  }
  if (const auto track = position.find("track"); track != position.end()) {
    columns.track = track->second;
  }
  return columns;
}

// A table's row with the genre still by name.
struct NamedRow {
  Row row;
  std::string genre;
};

Result<NamedRow> parse_row(const std::string& name, std::size_t line_number,
                           const std::string& line, const Columns& columns) {
  const auto fields = split_line(line);
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
  for (std::size_t i = 0; i < kGtzan26Size; ++i) {
    const std::string& text = (*fields)[columns.features[i]];
    const auto value = parse_finite(text);
    if (!value) {
      return bad_table(name, fmt::format("line {}, column {}: \"{}\" is not a finite number",
                                         line_number, kGtzan26Names[i], text));
    }
    result.row.features[i] = *value;
  }
  return result;
}

}  // namespace

Result<Table> read_table(const std::string& path) {
  Table table;
  table.name = std::filesystem::path(path).filename().string();
  std::ifstream file(path);
  std::string line;
  if (!file || std::filesystem::is_directory(path)) {
    return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be read", path));
  }
  if (!read_line(file, line)) return bad_table(table.name, "the file is empty");
  const auto header = split_line(line);
  if (!header) return bad_table(table.name, "the header has a quote that does not end");
  const auto columns = find_columns(table.name, *header);
  if (!columns) return tl::make_unexpected(columns.error());

  std::vector<NamedRow> rows;
  std::set<std::string> genres;
  for (std::size_t line_number = 2; read_line(file, line); ++line_number) {
    if (line.empty()) continue;
    auto row = parse_row(table.name, line_number, line, *columns);
    if (!row) return tl::make_unexpected(row.error());
    genres.insert(row->genre);
    rows.push_back(std::move(*row));
  }
  if (genres.size() < 2) {
    return bad_table(table.name, fmt::format("it has {} rows of {} genres; at least two genres are "
                                             "needed",
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

}  // namespace genre
