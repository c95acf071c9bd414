// genre features: the features of each window of audio files.
#include "genre/features.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/memory.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/decode_options.h"
#include "cli/frame_features.h"
#include "cli/input.h"
#include "cli/window_rows.h"
#include "dataset/augment.h"
#include "dataset/feature_cache.h"
#include "features/feature_sets.h"
#include "genre/audio.h"
#include "predict/json.h"
#include "predict/windows.h"

namespace genre::cli {
namespace {

struct FeaturesOptions {
  BatchOptions batch{.command = "features"};
  std::string feature_set{to_string(FeatureSet::kGtzan26)};
  std::string pad_mode{to_string(PadMode::kConstant)};
  WindowOptions windows;
  DecodeLimits limits;
  unsigned track = 0;  // 0: the default one
  bool whole = false;
  std::size_t n_augmented = 0;
  std::uint64_t seed = 1;
  bool frames = false;
  FrameOptions frame;
};

struct FileFeatures {
  AudioInfo audio;
  std::vector<WindowRow> rows;  // each window, then its augmented copies
  std::vector<Warning> warnings;
};

// augmented: null if there are no copies.
Result<FileFeatures> extract(const AudioFile& file, FeatureSet feature_set,
                             FeatureExtractor& extractor, dataset::AugmentedTexture* augmented,
                             const FeaturesOptions& options, const std::stop_token& stop) {
  auto stream = AudioStream::open(file.with_track(options.track), kSampleRate, options.limits);
  if (!stream) return tl::make_unexpected(stream.error());
  FileFeatures result{.audio = stream->info(), .rows = {}, .warnings = {}};
  if (augmented) augmented->seed(options.seed ^ dataset::content_hash(file));
  const auto duration = predict::for_each_window(
      *stream, kSampleRate, options.windows, stop,
      [&](const predict::WindowReader::Window& window) {
        auto& row = result.rows.emplace_back(WindowRow{window.start, window.end, {}});
        row.values.resize(feature_names(feature_set).size());
        extractor.extract(window.y, row.values);
        if (!augmented) return;
        for (auto& copy : augmented->extract(window.y, options.n_augmented)) {
          result.rows.push_back({window.start, window.end, std::move(copy)});
        }
      });
  if (!duration) return tl::make_unexpected(duration.error());
  result.warnings = stream->warnings();
  return result;
}

// The number of a row among its window's copies; 0 is the window itself.
std::size_t copy_number(std::size_t row, std::size_t n_augmented) {
  return row % (1 + n_augmented);
}

nlohmann::ordered_json json_of(const std::string& file, const FileFeatures& result,
                               FeatureSet feature_set, const FeaturesOptions& options) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  auto windows = nlohmann::ordered_json::array();
  for (const WindowRow& row : result.rows) {
    nlohmann::ordered_json window = {{"start", row.start}, {"end", row.end}};
    if (options.n_augmented > 0) {
      window["copy"] = copy_number(windows.size(), options.n_augmented);
    }
    window["features"] = predict::features_json(feature_set, row.values);
    windows.push_back(std::move(window));
  }
  return {{"file", file},
          {"sample_rate", result.audio.sample_rate},
          {"pad_mode", options.pad_mode},
          {"windows", std::move(windows)},
          {"warnings", predict::warnings_json(result.warnings)}};
}

constexpr std::ptrdiff_t kCopyColumn = 3;  // after file, start and end

void insert_copy_numbers(std::vector<std::vector<batch::Value>>& rows, std::size_t n_augmented) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].insert(rows[i].begin() + kCopyColumn, static_cast<double>(copy_number(i, n_augmented)));
  }
}

int run(FeaturesOptions& options) {
  const FeatureSet feature_set = *parse_feature_set(options.feature_set);
  batch::OutputOptions& output = options.batch.output;
  output.table = "features";
  output.columns = window_columns(feature_names(feature_set));
  output.n_key = 2;  // file and start
  if (options.n_augmented > 0) {
    output.columns.insert(output.columns.begin() + kCopyColumn, "copy");
    output.n_key = kCopyColumn + 1;
  }
  return run_batch(options.batch, [&](const std::stop_token& stop) -> FileWorker {
    auto extractor =
        std::make_shared<FeatureExtractor>(feature_set, *parse_pad_mode(options.pad_mode));
    std::shared_ptr<dataset::AugmentedTexture> augmented;
    if (options.n_augmented > 0) augmented = std::make_shared<dataset::AugmentedTexture>();
    return [&, extractor, augmented, stop](const std::string& file) {
      const auto result = open_input(file).and_then([&](const AudioFile& audio) {
        return extract(audio, feature_set, *extractor, augmented.get(), options, stop);
      });
      if (!result) return failed(options.batch, file, result.error());
      FileOutcome outcome{.record = {},
                          .error = {},
                          .audio = result->rows.back().end,
                          .warnings = result->warnings};
      if (output.format == batch::OutputFormat::kJsonl) {
        outcome.record.json = json_of(file, *result, feature_set, options);
      } else {
        outcome.record.rows = window_cells(file, result->rows, result->warnings);
        if (options.n_augmented > 0) insert_copy_numbers(outcome.record.rows, options.n_augmented);
      }
      return outcome;
    };
  });
}

std::string feature_set_help() {
  std::string text;
  for (const features::FeatureSetInfo& info : features::feature_sets()) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : " or ", info.name, info.description);
  }
  return text;
}

}  // namespace

void add_features(CLI::App& app, int& status) {
  auto options = std::make_shared<FeaturesOptions>();
  CLI::App* command = app.add_subcommand("features", "Compute the features of audio files");
  add_batch_options(*command, options->batch,
                    {batch::OutputFormat::kJsonl, batch::OutputFormat::kCsv,
                     batch::OutputFormat::kSqlite, batch::OutputFormat::kNpy});
  command
      ->add_option("--feature-set", options->feature_set,
                   "Features to compute: " + feature_set_help())
      ->check(CLI::IsMember(features::feature_set_names()))
      ->capture_default_str();
  command
      ->add_option("--pad-mode", options->pad_mode,
                   "Padding at the ends of a window: constant (librosa >= 0.9) or reflect "
                   "(librosa < 0.9, the GTZAN tables)")
      ->check(CLI::IsMember({"constant", "reflect"}))
      ->capture_default_str();
  auto* augment =
      command
          ->add_option("--augment", options->n_augmented,
                       "texture alone: number of altered copies of each window to add after it "
                       "(bandwidth, tone, noise, room, pitch), as genre train does")
          ->check(CLI::Range(std::size_t{0}, std::size_t{100}))
          ->capture_default_str();
  command->add_option("--seed", options->seed, "Random seed of the altered copies")
      ->needs(augment)
      ->capture_default_str();
  add_formats_option(*command, options->limits.allow_ffmpeg);
  add_strict_option(*command, options->limits.strict);
  add_stream_option(*command, options->track);
  auto* window =
      command->add_option("--window", options->windows.window, "Window length in seconds")
          ->check(CLI::Range(0.1, 7200.0))
          ->capture_default_str();
  auto* hop =
      command
          ->add_option("--hop", options->windows.hop,
                       "Seconds between the starts of consecutive windows (default: --window)")
          ->check(CLI::Range(0.1, 7200.0));
  command->add_flag("--whole", options->whole, "Use the whole file as one window")
      ->excludes(window)
      ->excludes(hop);
  command
      ->add_flag("--frames", options->frames,
                 "Compute librosa's features of each frame of the whole file (--feature) instead "
                 "of a feature set")
      ->excludes(window)
      ->excludes(hop)
      ->excludes(augment);
  add_frame_options(*command, options->frame);
  command->callback([options, hop, &status] {
    if (options->frames) {
      options->frame.mel.stft.pad_mode = *parse_pad_mode(options->pad_mode);
      status = run_frames(options->batch, options->frame, options->track, options->limits);
      return;
    }
    if (options->batch.output.format == batch::OutputFormat::kNpy) {
      throw CLI::ValidationError("--format npy", "needs --frames");
    }
    if (options->n_augmented > 0 &&
        !features::info_of(*parse_feature_set(options->feature_set)).from_log_mel) {
      throw CLI::ValidationError("--augment", "needs --feature-set texture");
    }
    if (options->whole) options->windows.window = std::numeric_limits<double>::infinity();
    if (hop->empty()) options->windows.hop = options->windows.window;
    status = run(*options);
  });
}

}  // namespace genre::cli
