#include "dataset/log_mel_archive.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <xtensor/xarray.hpp>
#include <xtensor/xnpy.hpp>

#include "dataset/augment.h"
#include "dataset/csv_file.h"
#include "dataset/groups.h"
#include "features/texture.h"

namespace genre::dataset {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTracks = "tracks.csv";
constexpr const char* kSpectrograms = "logmel_u8.npy";
constexpr float kMostTracks = 1 << 24;  // a float represents all integers up to this one

using Spectrograms = xt::xarray<std::uint8_t>;  // [n_tracks, n_mels, n_columns]

struct Track {
  std::string genre;
  std::size_t logmel_row;
  float lo_db;
  Row row;  // without label and features
};

tl::unexpected<Error> bad(const std::string& file, const std::string& why) {
  return fail(ErrorCode::kBadTable, fmt::format("{}: {}", file, why));
}

Result<Spectrograms> read_spectrograms(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be read", path));
  }
  try {
    Spectrograms all = xt::load_npy<std::uint8_t>(file);
    if (file && all.dimension() == 3 && all.shape(1) == features::kNMels &&
        all.shape(2) >= features::kTextureFrames) {
      return all;
    }
  } catch (const std::exception&) {  // xtensor's messages name neither the file nor the shape
  }
  return bad(kSpectrograms,
             fmt::format("expected a complete NumPy file of type uint8 and shape [tracks, {}, "
                         "columns] with at least {} columns",
                         features::kNMels, features::kTextureFrames));
}

Result<std::vector<Track>> read_tracks(const std::string& path, const std::string& group) {
  auto csv = CsvFile::open(path);
  if (!csv) return tl::make_unexpected(csv.error());
  for (const std::string& column : {std::string("track"), std::string("genre"),
                                    std::string("logmel_row"), std::string("lo_db"), group}) {
    if (!column.empty() && !csv->find(column)) {
      return csv->error(fmt::format("the header has no column {}", column));
    }
  }
  std::vector<Track> tracks;
  while (true) {
    const auto more = csv->next();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return tracks;
    if (csv->field("logmel_row").empty()) continue;
    const auto row = base::parse_finite(csv->field("logmel_row")),
               lo_db = base::parse_finite(csv->field("lo_db"));
    if (row == -1) continue;
    if (!row || *row < 0 || *row > kMostTracks || *row != std::floor(*row) || !lo_db ||
        *lo_db >= 0) {
      return csv->error(fmt::format("line {}: logmel_row must be an index and lo_db negative",
                                    csv->line_number()));
    }
    Track& track = tracks.emplace_back(
        Track{.genre = csv->field("genre"),
              .logmel_row = static_cast<std::size_t>(*row),
              .lo_db = *lo_db,
              .row = {.track = csv->field("track"), .label = 0, .features = {}}});
    set_group(*csv, group, track.row);
  }
}

void add_rows(const Spectrograms& all, const Track& track, const LogMelOptions& options,
              features::TextureExtractor& texture, Augmentation& augmentation, Row row,
              Table& table) {
  // Both in columns, of 1708.4 samples each. The centre of the first frame is 1024 samples after
  // the start of the window; column x is centred about a sixth of a column before x + 0.5.
  constexpr double kWindow = 3.0 * kSampleRate / 1708.4, kOffset = 0.25;
  const auto n_columns = static_cast<std::size_t>(all.shape(2));
  features::LogMel log_mel, copy;
  for (std::size_t window = 0;; ++window) {
    const auto first =
        static_cast<std::size_t>(std::lround(static_cast<double>(window) * kWindow + kOffset));
    if (first + features::kTextureFrames > n_columns) return;
    for (std::size_t m = 0; m < features::kNMels; ++m) {
      for (std::size_t t = 0; t < features::kTextureFrames; ++t) {
        const auto value = static_cast<float>(all(track.logmel_row, m, first + t));
        log_mel[m][t] = track.lo_db * (1 - (value + 0.5F) / 256);
      }
    }
    row.augmented = false;
    texture.statistics(log_mel, row.features);
    table.rows.push_back(row);
    row.augmented = true;
    for (std::size_t i = 0; i < options.n_augmented; ++i) {
      augmentation.apply(log_mel, copy);
      texture.statistics(copy, row.features);
      table.rows.push_back(row);
    }
  }
}

}  // namespace

bool is_log_mel_archive(const std::string& folder) {
  std::error_code ignored;
  return fs::is_regular_file(fs::path(folder) / kTracks, ignored) &&
         fs::is_regular_file(fs::path(folder) / kSpectrograms, ignored);
}

Result<Table> read_log_mel_archive(const std::string& folder, const LogMelOptions& options) {
  const auto tracks = read_tracks((fs::path(folder) / kTracks).string(), options.group);
  if (!tracks) return tl::make_unexpected(tracks.error());
  const auto spectrograms = read_spectrograms((fs::path(folder) / kSpectrograms).string());
  if (!spectrograms) return tl::make_unexpected(spectrograms.error());

  std::set<std::string> genres;
  for (const Track& track : *tracks) genres.insert(track.genre);
  if (genres.size() < 2) {
    return bad(kTracks,
               fmt::format("it has tracks of {} genres; expected at least two", genres.size()));
  }
  Table table{.name = data_set_name(folder),
              .labels = {genres.begin(), genres.end()},
              .rows = {},
              .feature_set = FeatureSet::kTexture};
  features::TextureExtractor texture;
  Augmentation augmentation(options.seed);
  for (const Track& track : *tracks) {
    if (track.logmel_row >= spectrograms->shape(0)) {
      return bad(kTracks,
                 fmt::format("{}: logmel_row {} is beyond the {} rows of {}", track.row.track,
                             track.logmel_row, spectrograms->shape(0), kSpectrograms));
    }
    Row row = track.row;
    row.label = static_cast<std::size_t>(std::distance(genres.begin(), genres.find(track.genre)));
    row.features.resize(table.n_features());
    add_rows(*spectrograms, track, options, texture, augmentation, std::move(row), table);
  }
  return table;
}

}  // namespace genre::dataset
