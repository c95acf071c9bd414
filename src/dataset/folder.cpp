#include "dataset/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/parallel.h"
#include "base/walk.h"
#include "dataset/augment.h"
#include "dataset/feature_cache.h"
#include "features/feature_sets.h"
#include "features/texture.h"
#include "genre/audio.h"
#include "predict/windows.h"

namespace genre::dataset {
namespace {

namespace fs = std::filesystem;

struct MusicFile {
  std::string path;  // within the folder
  std::size_t genre;
  std::string problem;  // why a folder cannot be read; else empty
};

struct Listing {
  std::vector<std::string> genres;  // sorted
  std::vector<MusicFile> files;     // sorted
};

using Windows = std::vector<WindowFeatures>;

Result<Listing> list_folder(const std::string& path) {
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
  std::ranges::sort(folders);
  Listing listing;
  for (const fs::path& folder : folders) {
    base::Walk walk({folder.string()}, [](const fs::path&) { return true; });
    while (const auto file = walk.next()) {
      const std::string name = fs::path(file->path).lexically_relative(path).generic_string();
      listing.files.push_back({name, listing.genres.size(), file->problem});
    }
    listing.genres.push_back(folder.filename().string());
  }
  std::ranges::sort(listing.files, {}, &MusicFile::path);
  return listing;
}

constexpr double kWindow = 3;  // s: the default of for_each_window

// Increment it whenever a feature set, the augmentation or the hash changes its values.
constexpr int kCacheVersion = 3;

std::string cache_settings(const FolderOptions& options) {
  return fmt::format("{} {} {} {} {} {} {} {}", kCacheVersion, to_string(options.feature_set),
                     to_string(options.pad_mode), options.windows.window.value_or(kWindow), options.windows.hop.value_or(kWindow),
                     options.windows.duration, options.n_augmented, options.seed);
}

struct FileFeatures {
  Windows windows;
  double seconds;  // of audio
  std::vector<Warning> warnings = {};
};

// Reads files and computes the features of their windows.
class FileReader {
 public:
  explicit FileReader(const FolderOptions& options)
      : options_(options),
        cache_(options.cache, cache_settings(options)),
        extractor_(options.feature_set, options.pad_mode) {}

  // file.path is relative to folder.
  Result<FileFeatures> read(const std::string& folder, const MusicFile& file) {
    if (!file.problem.empty()) {
      return fail(ErrorCode::kUnreadableFile, "the folder cannot be read: " + file.problem);
    }
    return read((fs::path(folder) / file.path).string());
  }

 private:
  // Opens the stream before hashing: it rejects files that are not audio or too long, and hashing
  // these would be a waste.
  Result<FileFeatures> read(const std::string& path) {
    const auto file = AudioFile::open(path);
    if (!file) return tl::make_unexpected(file.error());
    auto stream =
        AudioStream::open(*file, kSampleRate, {.strict = options_.windows.strict.value_or(false)});
    if (!stream) return tl::make_unexpected(stream.error());
    const bool cached = cache_.enabled() && file->size() <= kMostHashed;
    const std::uint64_t content = cached || options_.n_augmented > 0 ? content_hash(*file) : 0;
    if (cached) {
      if (auto windows = cache_.load(content, n_features_)) {
        const std::size_t n = windows->size() / (1 + options_.n_augmented);
        return FileFeatures{.windows = std::move(*windows),
                            .seconds = static_cast<double>(n) * options_.windows.hop.value_or(kWindow)};
      }
    }
    augmentation_ = Augmentation(options_.seed ^ content);
    Windows windows;
    const auto seconds = predict::for_each_window(*stream, options_.windows, {},
                                                  [&](const predict::WindowReader::Window& window) {
                                                    // Silence would be learned as a property of the
                                                    // genre.
                                                    if (!predict::is_silent(window.y))
                                                      add(window.y, windows);
                                                  });
    if (!seconds) return tl::make_unexpected(seconds.error());
    if (windows.empty()) return fail(ErrorCode::kNoSamples, "the audio is silent");
    // The cache has no warnings, so a damaged file is always decoded.
    if (cached && stream->warnings().empty()) cache_.store(content, windows);
    return FileFeatures{
        .windows = std::move(windows), .seconds = *seconds, .warnings = stream->warnings()};
  }

  // Adds the window itself, then its augmented copies.
  void add(std::span<const float> y, Windows& windows) {
    windows.push_back({std::vector<float>(n_features_), false});
    extractor_.extract(y, windows.back().features);
    if (options_.n_augmented == 0) return;
    texture_.log_mel(y, log_mel_);
    for (std::size_t i = 0; i < options_.n_augmented; ++i) {
      augmentation_.apply(log_mel_, copy_);
      windows.push_back({std::vector<float>(n_features_), true});
      texture_.statistics(copy_, windows.back().features);
    }
  }

  FolderOptions options_;
  FeatureCache cache_;
  FeatureExtractor extractor_;
  features::TextureExtractor texture_;
  Augmentation augmentation_{0};
  features::LogMel log_mel_{}, copy_{};
  std::size_t n_features_ = feature_names(options_.feature_set).size();
};

// The first two parts of the path, GENRE/FOLDER; the file itself if it is directly in GENRE.
std::string group_of(const std::string& file) {
  const std::size_t genre_end = file.find('/');
  return file.substr(0, file.find('/', genre_end + 1));
}

// Leaves out genres without a readable file. Keeps the order of the listing.
FolderTable to_table(const std::string& path, const Listing& listing,
                     std::vector<Result<FileFeatures>>& results) {
  FolderTable folder;
  folder.table.name = fs::path(path).lexically_normal().filename().string();
  if (folder.table.name.empty()) folder.table.name = path;
  std::vector<std::size_t> labels(listing.genres.size());
  for (std::size_t genre = 0; genre < listing.genres.size(); ++genre) {
    labels[genre] = folder.table.labels.size();
    for (std::size_t i = 0; i < listing.files.size(); ++i) {
      if (listing.files[i].genre != genre || !results[i]) continue;
      folder.table.labels.push_back(listing.genres[genre]);
      break;
    }
  }
  for (std::size_t i = 0; i < listing.files.size(); ++i) {
    const MusicFile& file = listing.files[i];
    if (!results[i]) {
      folder.skipped.push_back({file.path, results[i].error().message});
      continue;
    }
    const std::vector<Warning>& warnings = results[i]->warnings;
    if (!warnings.empty()) folder.warned.push_back({file.path, warnings.front().message});
    for (WindowFeatures& window : results[i]->windows) {
      folder.table.rows.push_back({.track = file.path,
                                   .label = labels[file.genre],
                                   .features = std::move(window.features),
                                   .group = group_of(file.path),
                                   .augmented = window.augmented});
    }
  }
  return folder;
}

}  // namespace

Result<FolderTable> read_folder(const std::string& path, const FolderOptions& options,
                                const std::function<void(const base::FileProgress&)>& on_file) {
  if (options.n_augmented > 0 && !features::info_of(options.feature_set).from_log_mel) {
    throw std::invalid_argument(
        "only feature sets made from the log-mel spectrogram have augmented copies");
  }
  const auto listing = list_folder(path);
  if (!listing) return tl::make_unexpected(listing.error());

  const std::vector<MusicFile>& files = listing->files;
  const unsigned threads = options.threads > 0 ? options.threads : base::default_threads();
  std::vector<std::function<Result<FileFeatures>(const MusicFile&)>> workers;
  for (std::size_t i = 0; i < std::min<std::size_t>(threads, files.size()); ++i) {
    workers.emplace_back([&path, reader = std::make_shared<FileReader>(options)](
                             const MusicFile& file) { return reader->read(path, file); });
  }
  std::vector<Result<FileFeatures>> results;
  base::FileProgress progress{.n_files = files.size()};
  auto next = files.begin();
  base::for_each_ordered<FileFeatures>(
      [&] { return next == files.end() ? std::optional<MusicFile>() : *next++; },
      std::move(workers),
      [&](const MusicFile&, Result<FileFeatures>&& result) {
        if (result) progress.audio += result->seconds;
        results.push_back(std::move(result));
        ++progress.n_done;
        progress.n_failed += !results.back();
        on_file(progress);
        return true;
      });

  FolderTable folder = to_table(path, *listing, results);
  folder.table.feature_set = options.feature_set;
  if (folder.table.labels.size() < 2) {
    return fail(
        ErrorCode::kBadTable,
        fmt::format("{}: {} of its sub-folders have a readable audio file; expected one sub-folder "
                    "per genre and at least two genres{}",
                    path, folder.table.labels.size(),
                    folder.skipped.empty()
                        ? std::string()
                        : fmt::format("; the first file that could not be read is {}: {}",
                                      folder.skipped.front().path, folder.skipped.front().reason)));
  }
  return folder;
}

}  // namespace genre::dataset
