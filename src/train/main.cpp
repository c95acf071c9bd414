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

#include "base/memory.h"
#include "cli/music.h"
#include "dataset/split.h"
#include "evaluate/report.h"
#include "genre/model.h"
#include "train/experiment.h"
#include "train/onnx_export.h"
#include "train/options.h"
#include "train/report.h"

namespace genre::train {
namespace {

using Metadata = std::map<std::string, std::string>;

volatile std::sig_atomic_t interrupted = 0;

// A line that is written over on a terminal, and one every tenth of the way elsewhere.
class ProgressLine {
 public:
  explicit ProgressLine(std::string protocol) : protocol_(std::move(protocol)) {}
  ~ProgressLine() {
    if (terminal_) fmt::print(stderr, "\n");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const Progress& progress) {
    if (progress.done == 1) start_ = std::chrono::steady_clock::now();
    const std::size_t step = std::max<std::size_t>(1, progress.total / 10);
    if (!terminal_ && progress.done % step != 0 && progress.done != progress.total) return;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    const double left = elapsed.count() / static_cast<double>(progress.done) *
                        static_cast<double>(progress.total - progress.done);
    fmt::print(stderr, "{}{}: {} {}/{}  {}  {:.0f} s left{}", terminal_ ? "\r" : "", protocol_,
               progress.what, progress.done, progress.total, progress.figures, left,
               terminal_ ? "   " : "\n");
    std::fflush(stderr);
  }

 private:
  std::string protocol_;
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Metadata metadata(const Options& options, const dataset::Table& table,
                  const std::vector<Experiment>& experiments) {
  const Experiment& model = experiments.front();
  const Method method = options.train.method;
  nlohmann::ordered_json provenance = {{"program", "genre " GENRE_VERSION},
                                       {"data", table.name},
                                       {"rows", table.rows.size()},
                                       {"augmented", options.data.folder.n_augmented},
                                       {"protocol", model.protocol},
                                       {"seed", options.train.seed},
                                       {"n_train", model.fit.n_train},
                                       {"n_validation", model.validation.n_clips},
                                       {"network", method == Method::kLda ? "lda" : "dense"}};
  if (options.protocol == kSplitFile) {
    for (const std::string& list : options.split_files) {
      provenance["split_files"].push_back(std::filesystem::path(list).filename().string());
    }
  }
  if (!options.data.group.empty()) provenance["group"] = options.data.group;
  if (method == Method::kDense) {
    provenance["epochs"] = model.fit.curve.points.size();
    provenance["batch_size"] = options.train.batch_size;
    provenance["learning_rate"] = options.train.learning_rate;
  }
  if (options.train.balanced) provenance["class_weights"] = "balanced";
  provenance["learning_curve"] = to_json(model.fit.curve);
  nlohmann::ordered_json figures;
  for (const Experiment& experiment : experiments) {
    figures[experiment.protocol] = to_json(experiment);
  }
  const ConfidentThresholds& confident = model.confident;
  const auto threshold = [](const ConfidentThresholds::Threshold& t) {
    return nlohmann::ordered_json{{"certainty", t.certainty}, {"novelty", t.novelty}};
  };
  const nlohmann::ordered_json thresholds = {{"clip", threshold(confident.clip)},
                                             {"track", threshold(confident.track)},
                                             {"track_clips", confident.track_clips}};
  return {{metadata_key::kName, options.name},
          {metadata_key::kFeatureSet, std::string(to_string(table.feature_set))},
          {metadata_key::kPadMode, std::string(to_string(options.data.folder.pad_mode))},
          {metadata_key::kLabels, nlohmann::json(table.labels).dump()},
          {metadata_key::kWindowCorrelation,
           fmt::format("{:.4f}", *model.fit.network.window_correlation)},
          {metadata_key::kConfident, thresholds.dump()},
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

std::string k_fold_name(const Options& options) {
  return fmt::format("{}-fold {}", options.n_folds,
                     options.data.group.empty() ? "track" : options.data.group);
}

Result<dataset::Split> split_of(const Options& options, const dataset::Table& table,
                                const std::string& protocol) {
  if (protocol == kRandomClip) {
    return dataset::random_clip_split(table, options.train_clips, options.validation_clips,
                                      options.train.seed);
  }
  if (protocol == kSplitFile) {
    return dataset::list_split(
        table, {options.split_files[0], options.split_files[1], options.split_files[2]});
  }
  return dataset::track_split(table, options.train.seed);
}

Result<Experiment> run_experiment(const Options& options, const dataset::Table& table,
                                  const std::string& protocol) {
  const std::string name = protocol == kKFold       ? k_fold_name(options)
                           : protocol == kSplitFile ? options.split_name
                                                    : protocol;
  ProgressLine line(name);
  const auto on_progress = [&](const Progress& progress) {
    line.show(progress);
    return interrupted == 0;
  };
  if (protocol == kKFold) {
    return run_k_fold(name, table, options.n_folds, options.train, on_progress);
  }
  return split_of(options, table, protocol).and_then([&](const dataset::Split& split) {
    return run_split(name, table, split, options.train, on_progress);
  });
}

// The model's own protocol first, then, where there are lists as well, the one that they stand for.
Result<std::vector<Experiment>> run_experiments(const Options& options,
                                                const dataset::Table& table) {
  std::vector<std::string> protocols = {options.protocol};
  if (!options.split_files.empty() && options.protocol != kSplitFile) {
    protocols.emplace_back(kSplitFile);
  }
  std::vector<Experiment> experiments;
  for (const std::string& protocol : protocols) {
    if (interrupted != 0 && !experiments.empty()) break;  // the model itself is there
    auto experiment = run_experiment(options, table, protocol);
    if (!experiment) return tl::make_unexpected(experiment.error());
    fmt::print("{}\n", to_text(*experiment, table));
    experiments.push_back(std::move(*experiment));
  }
  return experiments;
}

evaluate::Report report(const Options& options, const dataset::Table& table,
                        const Experiment& experiment, const Metadata& properties) {
  ModelInfo info;
  info.name = options.name;
  info.metadata = properties;
  return {.model = options.name,
          .trained_on = evaluate::training_data(info),
          .data = table.name,
          .protocol = fmt::format("{}, {} part", experiment.protocol,
                                  experiment.test ? "test" : "validation"),
          .labels = table.labels,
          .metrics = experiment.test.value_or(experiment.validation),
          .confidence = experiment.confidence,
          .learning_curve = evaluate::learning_curve(info)};
}

Result<void> run(Options options) {
  const auto table = cli::read_music(options.path, options.data);
  if (!table) return tl::make_unexpected(table.error());
  const bool texture = table->feature_set == FeatureSet::kTexture;
  options.train.method = options.method.value_or(texture ? Method::kLda : Method::kDense);
  if (options.name.empty()) {
    options.name = fmt::format("{}-{}", to_string(table->feature_set),
                               options.train.method == Method::kLda ? "lda" : "dense");
  }
  // From here on Ctrl-C ends the epoch at hand, and what is best so far is kept; a second one ends
  // at once.
  std::signal(SIGINT, [](int) {
    interrupted = 1;
    std::signal(SIGINT, SIG_DFL);
  });
  const auto experiments = run_experiments(options, *table);
  if (!experiments) return tl::make_unexpected(experiments.error());

  const Experiment& model = experiments->front();
  const Metadata properties = metadata(options, *table, *experiments);
  if (auto written = write_file(options.output, to_onnx(model.fit.network, properties)); !written) {
    return written;
  }
  if (!options.html.empty()) {
    const std::string page = evaluate::to_html(report(options, *table, model, properties));
    if (auto written = write_file(options.html, page); !written) return written;
  }
  if (options.protocol == kRandomClip) {
    fmt::print(
        "Under {} the windows of one song stand on both sides: that figure measures memory "
        "as much as genre, and music never heard will do worse.\n",
        kRandomClip);
  }
  fmt::print("Wrote {}{}\n", options.output,
             interrupted != 0 ? " (interrupted: the best so far)" : "");
  return {};
}

int main(int argc, char** argv) {
  base::wait_for_memory_in_this_thread();  // what it throws would end the whole training
  CLI::App app("Train a model on a folder of music or a feature table.", "genre train");
  try {
    if (const auto done = run(parse(app, argc, argv)); !done) {
      fmt::print(stderr, "genre train: {}\n", done.error().message);
      return 1;
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "genre train: {}\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace genre::train

int main(int argc, char** argv) { return genre::train::main(argc, argv); }
