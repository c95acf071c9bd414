#include "dataset/audio_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "base/parallel.h"
#include "dataset/artist_tag.h"
#include "dataset/augment.h"
#include "features/feature_sets.h"
#include "genre/audio.h"
#include "predict/input_rows.h"
#include "predict/windows.h"

namespace genre::dataset {
namespace {

// Increment it whenever a feature set, the augmentation or the hash changes its values.
constexpr int kCacheVersion = 3;

double window_of(const AudioOptions& options) {
  return options.windows.window.value_or(predict::kDefaultWindow);
}

double hop_of(const AudioOptions& options) {
  return options.windows.hop.value_or(window_of(options));
}

// What an input's values depend on, beside the audio.
struct InputSettings {
  const AudioOptions& options;

  std::string operator()(const FeaturesInput& input) const {
    return fmt::format("{} {}", to_string(input.feature_set), to_string(input.pad_mode));
  }
  std::string operator()(const PatchInput&) const { return ""; }  // not an input of InputRows
  std::string operator()(const NetworkInput& input) const {
    const auto onnx = options.networks.at(input.network)->onnx();
    const auto excerpts = input.excerpts.value_or(NetworkInput::Excerpts{.n = 0, .seconds = 0});
    return fmt::format("{:016x} {} {} {}", XXH3_64bits(onnx.data(), onnx.size()),
                       fmt::join(input.outputs, ","), excerpts.n, excerpts.seconds);
  }
};

std::string cache_settings(const AudioOptions& options) {
  std::string settings =
      fmt::format("{} {} {} {} {} {} {} {}", kCacheVersion, to_string(options.feature_set),
                  to_string(options.pad_mode), window_of(options), hop_of(options),
                  options.windows.duration, options.n_augmented, options.seed);
  for (const ModelInput& input : options.inputs) {
    settings += fmt::format("|{}", std::visit(InputSettings{options}, input.source));
  }
  return settings;
}

// Reads files and computes the features of their windows.
class FileReader {
 public:
  explicit FileReader(const AudioOptions& options)
      : options_(options),
        cache_(options.cache, cache_settings(options)),
        extractor_(options.feature_set, options.pad_mode) {
    if (options.model) predictor_.emplace(options.model);
    if (!options.inputs.empty()) {
      rows_.emplace(options.inputs, options.networks);
      n_features_ = rows_->n_values();
    }
  }

  Result<FileFeatures> read(const ListedFile& file) {
    if (!file.problem.empty()) {
      return fail(ErrorCode::kUnreadableFile, "the folder cannot be read: " + file.problem);
    }
    return read(file.path).map([&](FileFeatures&& features) {
      features.artist = artist_tag(file.path);
      return std::move(features);
    });
  }

 private:
  // Opens the stream before hashing: it rejects files that are not audio or too long, and hashing
  // these would be a waste.
  Result<FileFeatures> read(const std::string& path) {
    const auto file = AudioFile::open(path);
    if (!file) return tl::make_unexpected(file.error());
    if (predictor_) return predict(*file);
    auto stream = AudioStream::open(*file, rows_ ? rows_->sample_rate() : kSampleRate,
                                    {.strict = options_.windows.strict.value_or(false)});
    if (!stream) return tl::make_unexpected(stream.error());
    const bool cached = cache_.enabled() && file->size() <= kMostHashed;
    const std::uint64_t content = cached || options_.n_augmented > 0 ? content_hash(*file) : 0;
    if (cached) {
      if (auto windows = cache_.load(content, n_features_)) {
        const std::size_t n = windows->size() / (1 + options_.n_augmented);
        return FileFeatures{.windows = std::move(*windows),
                            .seconds = static_cast<double>(n) * hop_of(options_)};
      }
    }
    augmented_.seed(options_.seed ^ content);
    std::vector<WindowFeatures> windows;
    const auto seconds = rows_ ? read_rows(*stream, windows) : read_features(*stream, windows);
    if (!seconds) return tl::make_unexpected(seconds.error());
    if (windows.empty()) return fail(ErrorCode::kNoSamples, "the audio is silent");
    // The cache has no warnings, so a damaged file is always decoded.
    if (cached && stream->warnings().empty()) cache_.store(content, windows);
    return FileFeatures{
        .windows = std::move(windows), .seconds = *seconds, .warnings = stream->warnings()};
  }

  // Silent windows are left out: silence would be learned as a property of the genre.
  Result<double> read_features(AudioStream& stream, std::vector<WindowFeatures>& windows) {
    return predict::for_each_window(stream, kSampleRate, options_.windows, {},
                                    [&](const predict::WindowReader::Window& window) {
                                      if (!predict::is_silent(window.y)) add(window.y, windows);
                                    });
  }

  // AudioOptions::inputs.
  Result<double> read_rows(AudioStream& stream, std::vector<WindowFeatures>& windows) {
    auto rows = rows_->read(stream, options_.windows);
    if (!rows) return tl::make_unexpected(rows.error());
    for (auto& values : rows->values) windows.push_back({std::move(values), false});
    return rows->seconds;
  }

  // AudioOptions::model.
  Result<FileFeatures> predict(const AudioFile& file) {
    auto prediction = predictor_->predict(file, {.strict = options_.windows.strict});
    if (!prediction) return tl::make_unexpected(prediction.error());
    FileFeatures result{.windows = {}, .seconds = prediction->duration};
    for (const Segment& segment : prediction->segments) {
      if (segment.silent) continue;
      auto& window = result.windows.emplace_back(WindowFeatures{segment.certainties, false});
      window.features.push_back(static_cast<float>(segment.novelty));
      window.features.push_back(static_cast<float>(segment.none));
    }
    if (result.windows.empty()) return fail(ErrorCode::kNoSamples, "the audio is silent");
    result.warnings = std::move(prediction->warnings);
    return result;
  }

  // Adds the window itself, then its augmented copies.
  void add(std::span<const float> y, std::vector<WindowFeatures>& windows) {
    windows.push_back({std::vector<float>(n_features_), false});
    extractor_.extract(y, windows.back().features);
    for (auto& copy : augmented_.extract(y, options_.n_augmented)) {
      windows.push_back({std::move(copy), true});
    }
  }

  AudioOptions options_;
  FeatureCache cache_;
  FeatureExtractor extractor_;
  std::optional<Predictor> predictor_;
  std::optional<predict::InputRows> rows_;
  AugmentedTexture augmented_;
  std::size_t n_features_ = feature_names(options_.feature_set).size();
};

}  // namespace

std::vector<Result<FileFeatures>> read_files(
    const std::vector<ListedFile>& files, const AudioOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file) {
  if (options.n_augmented > 0 &&
      (!options.inputs.empty() || !features::info_of(options.feature_set).from_log_mel)) {
    throw std::invalid_argument(
        "only feature sets made from the log-mel spectrogram have augmented copies");
  }
  const unsigned threads = options.threads > 0 ? options.threads : base::default_threads();
  std::vector<std::function<Result<FileFeatures>(const ListedFile&)>> workers;
  for (std::size_t i = 0; i < std::min<std::size_t>(threads, files.size()); ++i) {
    workers.emplace_back([reader = std::make_shared<FileReader>(options)](const ListedFile& file) {
      return reader->read(file);
    });
  }
  std::vector<Result<FileFeatures>> results;
  base::FileProgress progress{.n_files = files.size()};
  auto next = files.begin();
  base::for_each_ordered<FileFeatures>(
      [&] { return next == files.end() ? std::optional<ListedFile>() : *next++; },
      std::move(workers),
      [&](const ListedFile&, Result<FileFeatures>&& result) {
        if (result) progress.audio += result->seconds;
        results.push_back(std::move(result));
        ++progress.n_done;
        progress.n_failed += !results.back();
        on_file(progress);
        return true;
      });
  return results;
}

}  // namespace genre::dataset
