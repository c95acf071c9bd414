// genre features: the features of audio files, window by window.
#include "genre/features.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/input.h"
#include "genre/audio.h"
#include "predict/json.h"
#include "predict/windows.h"

namespace genre::cli {
namespace {

struct FeaturesOptions {
  std::vector<std::string> files;
  std::string feature_set{to_string(FeatureSet::kGtzan26)};
  std::string pad_mode{to_string(PadMode::kConstant)};
  WindowOptions windows;
  bool whole = false;
  bool csv = false;
};

struct FeatureRow {
  double start, end;  // s
  std::vector<float> features;
};

struct FileFeatures {
  AudioInfo audio;
  std::vector<FeatureRow> rows;
};

Result<FileFeatures> extract(std::span<const std::byte> file, FeatureSet feature_set,
                             FeatureExtractor& extractor, const WindowOptions& options) {
  auto stream = AudioStream::open(file, kSampleRate);
  if (!stream) return tl::make_unexpected(stream.error());
  FileFeatures result{.audio = stream->info(), .rows = {}};
  WindowReader windows(*stream, kSampleRate, options);
  while (true) {
    const auto window = windows.next();
    if (!window) return tl::make_unexpected(window.error());
    if (!*window) return result;
    const auto& [start, y] = **window;
    FeatureRow& row = result.rows.emplace_back();
    row.start = start;
    row.end = start + static_cast<double>(y.size()) / kSampleRate;
    row.features.resize(feature_names(feature_set).size());
    extractor.extract(y, row.features);
  }
}

void print_json(const std::string& file, const FileFeatures& result, FeatureSet feature_set,
                const std::string& pad_mode) {
  auto windows = nlohmann::ordered_json::array();
  for (const FeatureRow& row : result.rows) {
    windows.push_back({{"start", row.start},
                       {"end", row.end},
                       {"features", features_json(feature_set, row.features)}});
  }
  const nlohmann::ordered_json line = {{"file", file},
                                       {"sample_rate", result.audio.sample_rate},
                                       {"pad_mode", pad_mode},
                                       {"windows", std::move(windows)}};
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

// RFC 4180.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

void print_csv_header(FeatureSet feature_set) {
  fmt::print("file,start,end");
  for (const std::string& name : feature_names(feature_set)) fmt::print(",{}", name);
  fmt::print("\n");
}

void print_csv(const std::string& file, const FileFeatures& result) {
  for (const FeatureRow& row : result.rows) {
    fmt::print("{},{},{}", csv_field(file), row.start, row.end);
    for (const float value : row.features) fmt::print(",{}", value);
    fmt::print("\n");
  }
}

int run(const FeaturesOptions& options) {
  const FeatureSet feature_set = *parse_feature_set(options.feature_set);
  FeatureExtractor extractor(feature_set, *parse_pad_mode(options.pad_mode));
  int status = 0;
  if (options.csv) print_csv_header(feature_set);
  for (const std::string& file : options.files) {
    const auto result = read_input(file).and_then(
        [&](const auto& bytes) { return extract(bytes, feature_set, extractor, options.windows); });
    if (!result) {
      status = 1;
      fmt::print(stderr, "genre features: {}: {}\n", file, result.error().message);
    } else if (options.csv) {
      print_csv(file, *result);
    } else {
      print_json(file, *result, feature_set, options.pad_mode);
    }
    std::fflush(stdout);
  }
  return status;
}

}  // namespace

void add_features(CLI::App& app, int& status) {
  auto options = std::make_shared<FeaturesOptions>();
  CLI::App* command =
      app.add_subcommand("features", "Compute the features of audio files: librosa's, or textures");
  command->add_option("FILE", options->files, "Audio files; - is standard input")->required();
  auto* json = command->add_flag("--json")->description("One JSON object a file (default)");
  command->add_flag("--csv", options->csv, "A header line, then a line a window")->excludes(json);
  command
      ->add_option("--feature-set", options->feature_set,
                   "gtzan26 (means of librosa's features) or texture (what the default model looks "
                   "at: of the first 3 s of each window)")
      ->check(CLI::IsMember({"gtzan26", "texture"}))
      ->capture_default_str();
  command
      ->add_option("--pad-mode", options->pad_mode,
                   "constant (librosa >= 0.9) or reflect (librosa < 0.9, the GTZAN tables)")
      ->check(CLI::IsMember({"constant", "reflect"}))
      ->capture_default_str();
  auto* window =
      command->add_option("--window", options->windows.window, "Window length in seconds")
          ->check(CLI::Range(0.1, 7200.0))
          ->capture_default_str();
  auto* hop = command
                  ->add_option("--hop", options->windows.hop,
                               "Seconds from one window to the next (default: the window)")
                  ->check(CLI::Range(0.1, 7200.0));
  command->add_flag("--whole", options->whole, "The whole file as one window")
      ->excludes(window)
      ->excludes(hop);
  command->callback([options, hop, &status] {
    if (options->whole) options->windows.window = std::numeric_limits<double>::infinity();
    if (hop->empty()) options->windows.hop = options->windows.window;
    status = run(*options);
  });
}

}  // namespace genre::cli
