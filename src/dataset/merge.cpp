#include "dataset/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "dataset/music.h"

namespace genre::dataset {
namespace {

// Two folders can have the same name: then their numbers tell them apart.
std::vector<std::string> unique_names(const std::vector<FolderTable>& tables) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const FolderTable& music : tables) {
    std::string name = music.table.name;
    for (std::size_t i = 2; !taken.insert(name).second; ++i) {
      name = fmt::format("{} ({})", music.table.name, i);
    }
    names.push_back(name);
  }
  return names;
}

// Gives the rows the labels of a longer list.
void relabel(Table& table, const std::vector<std::string>& labels) {
  std::vector<std::size_t> label_of;
  for (const std::string& genre : table.labels) {
    label_of.push_back(
        static_cast<std::size_t>(std::ranges::lower_bound(labels, genre) - labels.begin()));
  }
  for (Row& row : table.rows) row.label = label_of[row.label];
}

void append(FolderTable music, const std::string& name, std::size_t number, FolderTable& all) {
  for (Row& row : music.table.rows) {
    row.track = name + "/" + row.track;
    if (row.source.empty()) row.source = name;
    row.data_set = number;
    all.table.rows.push_back(std::move(row));
  }
  for (auto [from, to] : {std::pair{&music.skipped, &all.skipped}, {&music.warned, &all.warned}}) {
    for (NotedFile& file : *from) to->push_back({name + "/" + file.path, file.reason});
  }
}

}  // namespace

Result<FolderTable> merge(std::vector<FolderTable> tables) {
  if (tables.size() == 1) return std::move(tables.front());
  const std::vector<std::string> names = unique_names(tables);
  FolderTable all;
  all.table.name = fmt::format("{}", fmt::join(names, " + "));
  all.table.data_sets = names;
  all.table.feature_set = tables.front().table.feature_set;
  all.table.predicted = tables.front().table.predicted;
  std::set<std::string> labels;
  for (const FolderTable& music : tables) {
    if (music.table.feature_set != all.table.feature_set) {
      return fail(ErrorCode::kBadTable,
                  fmt::format("{} has feature set {} and {} has {}; data sets that are used "
                              "together need the same feature set",
                              tables.front().table.name, to_string(all.table.feature_set),
                              music.table.name, to_string(music.table.feature_set)));
    }
    labels.insert(music.table.labels.begin(), music.table.labels.end());
  }
  all.table.labels.assign(labels.begin(), labels.end());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    relabel(tables[i].table, all.table.labels);
    append(std::move(tables[i]), names[i], i, all);
  }
  return all;
}

Result<void> separate_others(Table& table) {
  const auto is_other = [&](std::size_t label) { return table.labels[label].starts_with(kOther); };
  std::vector<std::string> labels;
  std::ranges::copy_if(table.labels, std::back_inserter(labels),
                       [](const std::string& label) { return !label.starts_with(kOther); });
  if (labels.size() == table.labels.size()) return {};
  if (labels.size() < 2) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: it has {} genres whose names do not begin with \"{}\"; at least "
                            "two are required",
                            table.name, labels.size(), kOther));
  }
  std::vector<Row> rows;
  for (Row& row : table.rows) {
    if (is_other(row.label)) {
      row.label = 0;
      table.others.push_back(std::move(row));
    } else {
      row.label = static_cast<std::size_t>(
          std::ranges::lower_bound(labels, table.labels[row.label]) - labels.begin());
      rows.push_back(std::move(row));
    }
  }
  table.rows = std::move(rows);
  table.labels = std::move(labels);
  return {};
}

Table table_of_others(const Table& table) {
  Table others{.name = table.name,
               .labels = table.labels,
               .rows = {},
               .feature_set = table.feature_set,
               .predicted = table.predicted};
  std::ranges::copy_if(table.others, std::back_inserter(others.rows),
                       [](const Row& row) { return !row.augmented; });
  return others;
}

}  // namespace genre::dataset
