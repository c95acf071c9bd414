#include "dataset/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/walk.h"

namespace genre::dataset {
namespace {

namespace fs = std::filesystem;

// The first two parts of the path, GENRE/FOLDER; empty if the file is directly in GENRE.
std::string sub_folder(const std::string& file) {
  const std::size_t genre_end = file.find('/');
  const std::size_t end = file.find('/', genre_end + 1);
  return end == std::string::npos ? "" : file.substr(0, end);
}

// Sorted by path, which is that within the folder.
Result<std::vector<LabelledFile>> list_folder(const std::string& path) {
  std::error_code error;
  std::vector<fs::path> folders;
  for (auto entry = fs::directory_iterator(path, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (entry->is_directory(ignored) && !hidden) folders.push_back(entry->path());
  }
  if (error) {
    return fail(ErrorCode::kUnreadableFile,
                fmt::format("{}: the folder cannot be read: {}", path, error.message()));
  }
  std::vector<LabelledFile> files;
  for (const fs::path& folder : folders) {
    base::Walk walk({folder.string()}, [](const fs::path&) { return true; });
    while (const auto file = walk.next()) {
      const std::string name = fs::path(file->path).lexically_relative(path).generic_string();
      files.push_back(
          {.file = {.path = file->path, .problem = file->problem},
           .genre = folder.filename().string(),
           .row = {.track = name, .label = 0, .features = {}, .group = sub_folder(name)}});
    }
  }
  std::ranges::sort(files, {}, [](const LabelledFile& file) { return file.row.track; });
  return files;
}

}  // namespace

std::string first_skipped(const FolderTable& folder) {
  if (folder.skipped.empty()) return "";
  const NotedFile& first = folder.skipped.front();
  return fmt::format("; the first file that could not be read is {}: {}", first.path, first.reason);
}

FolderTable read_labelled_files(const std::vector<LabelledFile>& files, const AudioOptions& options,
                                const std::function<void(const base::FileProgress&)>& on_file,
                                const std::function<void(Row&, const FileFeatures&)>& complete) {
  std::vector<ListedFile> listed;
  for (const LabelledFile& file : files) listed.push_back(file.file);
  std::vector<Result<FileFeatures>> results = read_files(listed, options, on_file);

  FolderTable folder;
  folder.table.feature_set = options.feature_set;
  folder.table.predicted = options.model != nullptr;
  std::set<std::string> genres;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (results[i]) genres.insert(files[i].genre);
  }
  folder.table.labels.assign(genres.begin(), genres.end());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const LabelledFile& file = files[i];
    if (!results[i]) {
      folder.skipped.push_back({file.row.track, results[i].error().message});
      continue;
    }
    const std::vector<Warning>& warnings = results[i]->warnings;
    if (!warnings.empty()) folder.warned.push_back({file.row.track, warnings.front().message});
    Row row = file.row;
    row.label = static_cast<std::size_t>(std::distance(genres.begin(), genres.find(file.genre)));
    complete(row, *results[i]);
    for (WindowFeatures& window : results[i]->windows) {
      row.features = std::move(window.features);
      row.augmented = window.augmented;
      folder.table.rows.push_back(row);
    }
  }
  return folder;
}

Result<FolderTable> read_folder(const std::string& path, const AudioOptions& options,
                                FolderGroups groups,
                                const std::function<void(const base::FileProgress&)>& on_file) {
  const auto files = list_folder(path);
  if (!files) return tl::make_unexpected(files.error());
  FolderTable folder =
      read_labelled_files(*files, options, on_file, [groups](Row& row, const FileFeatures& file) {
        if (groups == FolderGroups::kTagOrFolder && !file.artist.empty()) row.group = file.artist;
        if (groups == FolderGroups::kNone) row.group.clear();
      });
  folder.table.name = data_set_name(path);
  if (folder.table.labels.size() < 2) {
    return fail(
        ErrorCode::kBadTable,
        fmt::format("{}: {} of its sub-folders have a readable audio file; expected one sub-folder "
                    "per genre and at least two genres{}",
                    path, folder.table.labels.size(), first_skipped(folder)));
  }
  return folder;
}

}  // namespace genre::dataset
