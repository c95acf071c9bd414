// genre-train, which `genre train` starts: a folder of music or a feature table in, a model and its
// figures out.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "cli/folder_progress.h"
#include "dataset/folder.h"
#include "genre/model.h"
#include "train/experiment.h"
#include "train/onnx_export.h"
#include "train/report.h"

namespace genre::train {
namespace {

constexpr const char* kRandomClip = "random-clip";
constexpr const char* kTrack = "track";
constexpr const char* kSplitFile = "split-file";

struct Options {
  std::string folder;    // of music, or
  std::string features;  // a table
  std::string output = "model.onnx";
  std::string protocol;
  std::size_t train_clips = 0, validation_clips = 0;
  std::vector<std::string> split_files;
  std::string split_name = kSplitFile;
  TrainOptions train;
  std::string name = "gtzan26-seed";
  std::string pad_mode{to_string(PadMode::kConstant)};
};

volatile std::sig_atomic_t interrupted = 0;

// A line that is written over on a terminal, and one every tenth of the way elsewhere.
class Progress {
 public:
  Progress(std::string what, std::size_t epochs) : what_(std::move(what)), epochs_(epochs) {}
  ~Progress() {
    if (terminal_) fmt::print(stderr, "\n");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const EpochReport& report) {
    const std::size_t step = std::max<std::size_t>(1, epochs_ / 10);
    if (!terminal_ && report.epoch % step != 0 && report.epoch != epochs_) return;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    const double left = elapsed.count() / static_cast<double>(report.epoch) *
                        static_cast<double>(epochs_ - report.epoch);
    fmt::print(
        stderr,
        "{}{}: epoch {}/{}  loss {:.3f}  validation {:.1f} %  best {:.1f} %  {:.0f} s left{}",
        terminal_ ? "\r" : "", what_, report.epoch, epochs_, report.loss,
        100 * report.validation_accuracy, 100 * report.best_validation_accuracy, left,
        terminal_ ? "   " : "\n");
    std::fflush(stderr);
  }

 private:
  std::string what_;
  std::size_t epochs_;
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Experiment run_with_progress(const std::string& protocol, const Table& table, const Split& split,
                             const Options& options) {
  Progress progress(protocol, options.train.epochs);
  return run_experiment(protocol, table, split, options.train, [&](const EpochReport& report) {
    progress.show(report);
    return interrupted == 0;
  });
}

std::map<std::string, std::string> metadata(const Options& options, const Table& table,
                                            const std::vector<Experiment>& experiments) {
  const Experiment& model = experiments.front();
  const nlohmann::ordered_json provenance = {{"program", "genre " GENRE_VERSION},
                                             {"data", table.name},
                                             {"rows", table.rows.size()},
                                             {"protocol", model.protocol},
                                             {"seed", options.train.seed},
                                             {"n_train", model.n_train},
                                             {"n_validation", model.best.validation.n_clips},
                                             {"epochs", model.last.epoch},
                                             {"best_epoch", model.best.epoch},
                                             {"batch_size", options.train.batch_size},
                                             {"learning_rate", options.train.learning_rate}};
  nlohmann::ordered_json figures;
  for (const Experiment& experiment : experiments) {
    figures[experiment.protocol] = to_json(experiment);
  }
  return {{metadata_key::kName, options.name},
          {metadata_key::kFeatureSet, std::string(to_string(table.feature_set))},
          {metadata_key::kPadMode, options.pad_mode},
          {metadata_key::kLabels, nlohmann::json(table.labels).dump()},
          {metadata_key::kProvenance, provenance.dump()},
          {metadata_key::kFigures, figures.dump()}};
}

// Never leaves half a model behind.
Result<void> write_file(const std::string& path, const std::string& bytes) {
  const std::string temporary = path + ".part";
  std::ofstream file(temporary, std::ios::binary);
  file << bytes;
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(temporary, path, error);
  if (!file || error) {
    return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be written", path));
  }
  return {};
}

// The model's own protocol first, then, where there are lists as well, the one that they stand for.
Result<std::vector<Experiment>> run_experiments(const Options& options, const Table& table) {
  std::vector<std::pair<std::string, Result<Split>>> splits;
  if (options.protocol == kRandomClip) {
    splits.emplace_back(kRandomClip,
                        random_clip_split(table, options.train_clips, options.validation_clips,
                                          options.train.seed));
  }
  if (options.protocol == kTrack) {
    splits.emplace_back(kTrack, track_split(table, options.train.seed));
  }
  if (!options.split_files.empty()) {
    splits.emplace_back(options.split_name,
                        list_split(table, {options.split_files[0], options.split_files[1],
                                           options.split_files[2]}));
  }
  for (const auto& [protocol, split] : splits) {
    if (!split) return tl::make_unexpected(split.error());
  }
  std::vector<Experiment> experiments;
  for (const auto& [protocol, split] : splits) {
    if (interrupted != 0 && !experiments.empty()) break;  // the model itself has its epoch
    experiments.push_back(run_with_progress(protocol, table, *split, options));
    fmt::print("{}\n", to_text(experiments.back(), table));
  }
  return experiments;
}

Result<Table> read_data(const Options& options) {
  if (options.folder.empty()) return read_table(options.features);
  cli::FolderProgressLine line;
  auto folder =
      read_folder(options.folder, {.pad_mode = *parse_pad_mode(options.pad_mode), .windows = {}},
                  [&](const FolderProgress& progress) { line.show(progress); });
  line.end();
  if (!folder) return tl::make_unexpected(folder.error());
  cli::print_skipped(folder->skipped);
  return std::move(folder->table);
}

Result<void> run(const Options& options) {
  const auto table = read_data(options);
  if (!table) return tl::make_unexpected(table.error());
  const auto experiments = run_experiments(options, *table);
  if (!experiments) return tl::make_unexpected(experiments.error());

  const auto bytes = to_onnx(experiments->front().network, metadata(options, *table, *experiments));
  if (auto written = write_file(options.output, bytes); !written) return written;
  if (options.protocol == kRandomClip) {
    fmt::print(
        "Under {} the windows of one song stand on both sides: that figure measures memory "
        "as much as genre, and music never heard will do worse.\n",
        kRandomClip);
  }
  fmt::print("Wrote {}{}\n", options.output,
             interrupted != 0 ? " (interrupted: the best epoch so far)" : "");
  return {};
}

void add_options(CLI::App& app, Options& options) {
  auto* folder = app.add_option("FOLDER", options.folder,
                                "Folder with a sub-folder of audio files for each genre, which are "
                                "cut into windows of 3 s")
                     ->check(CLI::ExistingDirectory);
  auto* features =
      app.add_option("--features", options.features,
                     "Instead of it a feature table (CSV): columns genre, the 26 of gtzan26, track")
          ->excludes(folder);
  folder->excludes(features);
  app.add_option("--output", options.output, "Model to write (ONNX)")->capture_default_str();
  app.add_option("--protocol", options.protocol,
                 "track: whole tracks split at random (default for a folder); random-clip: clips, "
                 "whatever their track (default for a table); split-file: by the lists of "
                 "--split-files")
      ->check(CLI::IsMember({kTrack, kRandomClip, kSplitFile}));
  app.add_option("--train-clips", options.train_clips,
                 "random-clip: clips to train on (default: nine tenths)");
  app.add_option("--validation-clips", options.validation_clips,
                 "random-clip: clips to validate on (default: the rest)");
  app.add_option("--split-files", options.split_files,
                 "Lists of tracks: TRAIN VALIDATION TEST. Under another protocol a second network "
                 "is trained by them, for its figures only")
      ->expected(3);
  app.add_option("--split-name", options.split_name, "What the split of --split-files is called")
      ->capture_default_str();
  app.add_option("--epochs", options.train.epochs)
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--batch-size", options.train.batch_size)
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--learning-rate", options.train.learning_rate, "Of Adam")
      ->check(CLI::Range(1e-8, 1.0))
      ->capture_default_str();
  app.add_option("--seed", options.train.seed,
                 "The same seed and table give the same model on the same machine")
      ->capture_default_str();
  app.add_option("--name", options.name, "The model's name in its metadata")->capture_default_str();
  app.add_option("--pad-mode", options.pad_mode,
                 "With which the features are, or the table's were, made")
      ->check(CLI::IsMember({"constant", "reflect"}))
      ->capture_default_str();
}

int main(int argc, char** argv) {
  CLI::App app("Train a model on a folder of music or a feature table.", "genre train");
  Options options;
  add_options(app, options);
  try {
    app.parse(argc, argv);
    if (options.folder.empty() && options.features.empty()) {
      throw CLI::RequiredError("FOLDER or --features");
    }
    if (options.protocol.empty()) options.protocol = options.folder.empty() ? kRandomClip : kTrack;
    if (options.protocol == kSplitFile && options.split_files.empty()) {
      throw CLI::ValidationError("--protocol split-file", "needs --split-files");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  // Ctrl-C ends the epoch at hand, and what is best so far is kept; a second one ends at once.
  std::signal(SIGINT, [](int) {
    interrupted = 1;
    std::signal(SIGINT, SIG_DFL);
  });
  try {
    if (const auto done = run(options); !done) {
      fmt::print(stderr, "genre train: {}\n", done.error().message);
      return 1;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "genre train: {}\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace genre::train

int main(int argc, char** argv) { return genre::train::main(argc, argv); }
