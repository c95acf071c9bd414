// genre features: librosa's values of the 26 features, window by window.
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
  std::string pad_mode{to_string(PadMode::kConstant)};
  WindowOptions windows;
  bool whole = false;
  bool csv = false;
};

struct FeatureRow {
  double start, end;  // s
  std::array<float, kGtzan26Size> features;
};

struct FileFeatures {
  AudioInfo audio;
  std::vector<FeatureRow> rows;
};

Result<FileFeatures> extract(std::span<const std::byte> file, FeatureExtractor& extractor,
                             const WindowOptions& options) {
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
    extractor.extract(y, row.features);
  }
}

void print_json(const std::string& file, const FileFeatures& result, const std::string& pad_mode) {
  auto windows = nlohmann::ordered_json::array();
  for (const FeatureRow& row : result.rows) {
    windows.push_back(
        {{"start", row.start}, {"end", row.end}, {"features", features_json(row.features)}});
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

void print_csv_header() {
  fmt::print("file,start,end");
  for (const auto name : kGtzan26Names) fmt::print(",{}", name);
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
  FeatureExtractor extractor(*parse_pad_mode(options.pad_mode));
  int status = 0;
  if (options.csv) print_csv_header();
  for (const std::string& file : options.files) {
    const auto result = read_input(file).and_then(
        [&](const auto& bytes) { return extract(bytes, extractor, options.windows); });
    if (!result) {
      status = 1;
      fmt::print(stderr, "genre features: {}: {}\n", file, result.error().message);
    } else if (options.csv) {
      print_csv(file, *result);
    } else {
      print_json(file, *result, options.pad_mode);
    }
    std::fflush(stdout);
  }
  return status;
}

}  // namespace

void add_features(CLI::App& app, int& status) {
  auto options = std::make_shared<FeaturesOptions>();
  CLI::App* command =
      app.add_subcommand("features", "Compute librosa's features of audio files (set gtzan26)");
  command->add_option("FILE", options->files, "Audio files; - is standard input")->required();
  auto* json = command->add_flag("--json")->description("One JSON object a file (default)");
  command->add_flag("--csv", options->csv, "A header line, then a line a window")->excludes(json);
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
