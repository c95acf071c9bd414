#include "dataset/music.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

#include "base/text.h"
#include "dataset/groups.h"
#include "dataset/log_mel_archive.h"
#include "dataset/merge.h"
#include "dataset/track_list.h"
#include "predict/embedding.h"

namespace genre::dataset {
namespace {

using OnFile = std::function<void(const base::FileProgress&)>;

FolderTable without_skipped(Table&& table) {
  return {.table = std::move(table), .skipped = {}, .warned = {}};
}

tl::unexpected<Error> needs_audio(const std::string& path) {
  return fail(ErrorCode::kBadTable,
              fmt::format("{}: this data has no audio, which a network takes: expected a folder of "
                          "audio files, a list of them, or a table of genre embed",
                          path));
}

// A table of genre embed: what the network says of audio that need not be here.
Result<FolderTable> read_embeddings(CsvFile csv, const MusicOptions& options) {
  const std::vector<ModelInput>& inputs = options.audio.inputs;
  const auto* network =
      inputs.size() == 1 ? std::get_if<NetworkInput>(&inputs.front().source) : nullptr;
  if (network == nullptr) {
    return csv.error(
        "a table has the outputs of one network, and no features beside them; "
        "leave out --feature-set");
  }
  const auto names = predict::embedding_names(network->size + 1);
  if (csv.find(names.back())) {
    return csv.error(fmt::format(
        "it has the column {}, but the network {} has {} outputs; give the network and the "
        "--outputs that genre embed was called with",
        names.back(), network->network, network->size));
  }
  return read_table(std::move(csv), options.group, {names.begin(), names.end() - 1})
      .map([&](Table&& table) {
        table.feature_set = options.audio.feature_set;
        return without_skipped(std::move(table));
      });
}

Result<FolderTable> read_csv(const std::string& path, const MusicOptions& options,
                             const OnFile& on_file) {
  auto csv = CsvFile::open(path);
  if (!csv) return tl::make_unexpected(csv.error());
  if (is_track_list(*csv)) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return read_track_list(std::move(*csv), folder, options.group, options.audio, on_file);
  }
  if (!options.audio.inputs.empty()) return read_embeddings(std::move(*csv), options);
  if (csv->find(predict::embedding_names(1).front())) {
    return csv->error(
        "its columns are the outputs of a network, and no features; genre train takes them with "
        "--embedding NETWORK");
  }
  return read_table(std::move(*csv), options.group).map(without_skipped);
}

Result<FolderTable> read_one(const std::string& path, const MusicOptions& options,
                             const OnFile& on_file) {
  if (is_log_mel_archive(path)) {
    if (!options.audio.inputs.empty()) return needs_audio(path);
    return read_log_mel_archive(path, {.group = options.group,
                                       .n_augmented = options.audio.n_augmented,
                                       .seed = options.audio.seed})
        .map(without_skipped);
  }
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return read_csv(path, options, on_file);
  const std::map<std::string, FolderGroups> groups = {{"", FolderGroups::kTagOrFolder},
                                                      {kFolderGroup, FolderGroups::kFolder},
                                                      {kTrackGroup, FolderGroups::kNone}};
  const auto group = groups.find(options.group);
  if (group == groups.end()) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: a folder of music has no column {}; use --group {} to group its "
                            "files by folder",
                            path, options.group, kFolderGroup));
  }
  return read_folder(path, options.audio, group->second, on_file);
}

}  // namespace

Result<FolderTable> read_music(const std::vector<DataSet>& data_sets, const MusicOptions& options,
                               const OnFile& on_file) {
  std::vector<FolderTable> tables;
  for (const DataSet& data_set : data_sets) {
    auto music = read_one(data_set.path, options, on_file);
    if (!music) return music;
    for (Row& row : music->table.rows) row.weight = data_set.weight;
    tables.push_back(std::move(*music));
  }
  auto all = merge(std::move(tables));
  if (!all) return all;
  if (!options.groups.empty()) {
    if (auto read = read_groups(options.groups, all->table); !read) {
      return tl::make_unexpected(read.error());
    }
  }
  if (auto separated = separate_others(all->table); !separated) {
    return tl::make_unexpected(separated.error());
  }
  return all;
}

std::string notes(const FolderTable& folder) {
  std::string text;
  const auto list = [&text](const std::vector<NotedFile>& files, std::string_view what) {
    if (files.empty()) return;
    text += fmt::format("{} {}:\n", files.size(), what);
    for (const NotedFile& file : files)
      text += fmt::format("  {}: {}\n", base::printable(file.path), base::printable(file.reason));
  };
  list(folder.skipped, "files were skipped");
  list(folder.warned, "files were used with warnings");
  return text;
}

}  // namespace genre::dataset
