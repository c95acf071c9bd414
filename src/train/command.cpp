#include "train/command.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "base/report_error.h"
#include "base/text.h"
#include "dataset/duplicates.h"
#include "dataset/groups.h"
#include "dataset/music.h"
#include "dataset/split.h"
#include "dataset/weights.h"
#include "evaluate/plots.h"
#include "evaluate/report.h"
#include "genre/model.h"
#include "train/dense_program.h"
#include "train/embedding.h"
#include "train/experiment.h"
#include "train/held_out.h"
#include "train/metadata.h"
#include "train/onnx_export.h"
#include "train/options.h"
#include "train/outputs.h"
#include "train/report.h"

namespace genre::train {
namespace {

// Shows the epochs or folds of one experiment.
class TrainingProgress {
 public:
  explicit TrainingProgress(std::string protocol) : protocol_(std::move(protocol)) {}

  void show(const Progress& progress) {
    // Under k-fold, each fold of the data counts its epochs or inner folds from one again.
    if (progress.done == 1) start_ = Clock::now();
    if (!line_.due() && !(line_.on_terminal() && progress.done == progress.total)) return;
    const std::chrono::duration<double> elapsed = Clock::now() - start_;
    const double left = elapsed.count() / static_cast<double>(progress.done) *
                        static_cast<double>(progress.total - progress.done);
    line_.show(fmt::format("{}: {} {}/{}  {}  {:.0f} s left", protocol_, progress.unit,
                           progress.done, progress.total, progress.figures, left));
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::string protocol_;
  base::ProgressLine line_;
  Clock::time_point start_ = Clock::now();
};

std::string k_fold_name(const Options& options, const dataset::Table& table) {
  const std::string by = !options.data.group.empty()    ? options.data.group
                         : dataset::knows_groups(table) ? "artist"
                                                        : "track";
  return fmt::format("{}-fold {}", options.n_folds, by);
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
  return dataset::track_split(table, options.train.seed,
                              protocol == kGroup ? dataset::Unit::kGroup : dataset::Unit::kTrack);
}

Result<Experiment> run_experiment(const Options& options, const dataset::Table& table,
                                  const std::string& protocol, const base::Interrupt& interrupt) {
  const std::string name = protocol == kKFold       ? k_fold_name(options, table)
                           : protocol == kSplitFile ? options.split_name
                                                    : protocol;
  TrainingProgress shown(name);
  const auto on_progress = [&](const Progress& progress) {
    shown.show(progress);
    return !interrupt.happened();
  };
  if (protocol == kKFold || protocol == kSourceOut) {
    const auto unit = protocol == kKFold ? dataset::Unit::kGroup : dataset::Unit::kSource;
    return run_k_fold(name, table, options.n_folds, unit, options.train, on_progress);
  }
  return split_of(options, table, protocol).and_then([&](const dataset::Split& split) {
    return run_split(name, table, split, options.train, on_progress);
  });
}

// The first protocol gives the model. The others give only metrics: the split lists, and, beside
// each other, the two that show how well the model does on music by other artists and from other
// sources. A dense network takes too long for these.
std::vector<std::string> protocols_of(const Options& options, const dataset::Table& table) {
  std::vector<std::string> protocols = {options.protocol};
  const auto add = [&](const char* protocol) {
    if (options.protocol != protocol) protocols.emplace_back(protocol);
  };
  if (!options.split_files.empty()) add(kSplitFile);
  if (options.train.method == Method::kLda && knows_sources(table)) {
    add(kSourceOut);
    if (dataset::knows_groups(table)) add(kKFold);
  }
  return protocols;
}

Result<std::vector<Experiment>> run_experiments(const Options& options, const dataset::Table& table,
                                                const base::Interrupt& interrupt) {
  std::vector<Experiment> experiments;
  for (const std::string& protocol : protocols_of(options, table)) {
    if (interrupt.happened() && !experiments.empty()) break;  // the model is complete
    auto experiment = run_experiment(options, table, protocol, interrupt);
    if (!experiment) {
      // The model is complete without the figures of another protocol, unless these were asked for.
      if (experiments.empty() || protocol == kSplitFile) {
        return tl::make_unexpected(experiment.error());
      }
      base::report_error("genre train", protocol + ": " + experiment.error().message);
      continue;
    }
    fmt::print("{}\n", to_text(*experiment, table));
    experiments.push_back(std::move(*experiment));
  }
  return experiments;
}

evaluate::Report report(const Options& options, const dataset::Table& table,
                        const std::vector<Experiment>& experiments,
                        const std::map<std::string, std::string>& metadata) {
  const Experiment& experiment = experiments.front();
  std::vector<evaluate::ProtocolMetrics> beside;
  for (const Experiment& other : std::span(experiments).subspan(1)) {
    beside.push_back({other.protocol, other.test.value_or(other.validation)});
  }
  // The report reads the same metadata as `genre evaluate` reads from the model file.
  ModelInfo info;
  info.name = options.name;
  info.metadata = metadata;
  return {.model = options.name,
          .trained_on = evaluate::training_data(info),
          .data = table.name,
          .protocol = fmt::format("{}, {} part", experiment.protocol,
                                  experiment.test ? "test" : "validation"),
          .labels = table.labels,
          .metrics = experiment.test.value_or(experiment.validation),
          .confidence = experiment.confidence,
          .learning_curve = evaluate::learning_curve(info),
          .beside = std::move(beside),
          .others = experiment.others,
          .n_known_tracks = experiment.n_known};
}

Result<dataset::Table> read_data(const Options& options) {
  std::optional<base::FileProgressLine> line;
  auto music = dataset::read_music(options.data_sets, options.data,
                                   [&line](const base::FileProgress& progress) {
                                     if (progress.n_done == 1)
                                       line.emplace("reading", "skipped");  // of the next data set
                                     (*line)(progress);
                                   });
  line.reset();
  if (!music) return tl::make_unexpected(std::move(music.error()));
  fmt::print(stderr, "{}", dataset::notes(*music));
  for (const std::string& label : music->table.labels) {
    if (!base::is_printable_utf8(label)) {
      return fail(ErrorCode::kBadTable,
                  fmt::format("{}: the name of the genre {} must be UTF-8 text without control "
                              "characters",
                              music->table.name, label));
    }
  }
  fmt::print(stderr, "{}", dataset::notes(dataset::join_duplicates(music->table)));
  if (options.train.balanced) dataset::balance_genres(music->table);
  return std::move(music->table);
}

// Why the model never says that it is confident, and what to do about it.
std::string no_confidence(const dataset::Table& table) {
  if (knows_sources(table) || dataset::knows_groups(table)) {
    return "The model has no thresholds of confident: it was validated on artists or sources that "
           "it learned, and would promise too much for new music. Use --protocol group, k-fold or "
           "source-out.\n";
  }
  return "The model has no thresholds of confident: the artists are not known, so it may have been "
         "validated on artists that it learned, and would promise too much for new music. To give "
         "the artists, add artist tags to the files, a sub-folder for each artist, a column "
         "artist, "
         "or --groups FILE (CSV with the columns track and artist).\n";
}

// Trains in this process. options.train.method must be one that this program can train.
Result<void> train(const Options& options, const dataset::Table& table) {
  const base::Interrupt interrupt(
      "stopping after this epoch or fold; the best model so far is kept; press Ctrl-C again to "
      "stop at once");
  const auto experiments = run_experiments(options, table, interrupt);
  if (!experiments) return tl::make_unexpected(experiments.error());

  const Experiment& model = experiments->front();
  const auto metadata = model_metadata(options, table, *experiments);
  const std::string onnx = to_onnx(model.fit.network, metadata, options.data.audio.inputs);
  if (auto written = base::write_file(options.output, onnx); !written) return written;
  if (!options.html.empty()) {
    const std::string page = evaluate::to_html(report(options, table, *experiments, metadata));
    if (auto written = base::write_file(options.html, page); !written) return written;
  }
  if (options.protocol == kRandomClip) {
    fmt::print(
        "With {}, clips of the same song can be in both parts. The accuracy measures memory as "
        "much as genre, and is lower for other music.\n",
        kRandomClip);
  }
  if (!options.confusion.empty()) {
    const auto& metrics = model.test ? *model.test : model.validation;
    const std::string plot = evaluate::confusion_plot(metrics.track_confusion, table.labels);
    if (auto written = base::write_file(options.confusion, plot); !written) return written;
  }
  if (!model.confident) fmt::print("{}", no_confidence(table));
  fmt::print("Wrote {}{}\n", base::printable(options.output),
             interrupt.happened() ? " (interrupted: the best so far)" : "");
  return {};
}

// A pipe can be read only once, either here or by genre-train.
bool is_pipe(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::is_fifo(status);
}

Result<void> read_and_train(Options options, char** argv) {
  if (auto checked = check_outputs(options); !checked) return checked;
  const auto needs_dense_program = [&](FeatureSet feature_set) {
    const Method by_default =
        options.data.audio.inputs.empty() ? default_method(feature_set) : Method::kLda;
    options.train.method = options.method.value_or(by_default);
    return options.train.method == Method::kDense && !options.train.make_dense;
  };
  // As early as possible, so that nothing is read twice. A table's feature set is known only once
  // its header has been read.
  const auto is_folder = [](const dataset::DataSet& data_set) {
    std::error_code ignored;
    return std::filesystem::is_directory(data_set.path, ignored);
  };
  const bool known = options.method || !options.data.audio.inputs.empty() ||
                     std::ranges::all_of(options.data_sets, is_folder);
  if (known && needs_dense_program(options.data.audio.feature_set)) {
    return tl::make_unexpected(start_dense_program(argv));
  }
  const auto pipe = std::ranges::find_if(options.data_sets, is_pipe, &dataset::DataSet::path);
  if (!known && !options.train.make_dense && pipe != options.data_sets.end()) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: the default network depends on the columns, and a pipe cannot be "
                            "read twice; add --network lda or --network dense",
                            pipe->path));
  }
  const auto table = read_data(options);
  if (!table) return tl::make_unexpected(table.error());
  if (needs_dense_program(table->feature_set)) {
    return tl::make_unexpected(start_dense_program(argv));
  }
  if (options.protocol.empty()) options.protocol = default_protocol(options, *table);
  if (options.protocol == kGroup && options.data.group.empty() && !dataset::knows_groups(*table)) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: --protocol group needs groups: artist tags in the files, a "
                            "sub-folder for each artist, a column artist, --groups or --group",
                            table->name));
  }
  if (options.name.empty()) {
    options.data.audio.feature_set = table->feature_set;
    options.name = fmt::format("{}-{}", name_of(options.data.audio),
                               options.train.method == Method::kLda ? "lda" : "dense");
  }
  return train(options, *table);
}

}  // namespace

int run(int argc, char** argv, const LearnerFactory& make_dense, const NetworkSource& networks) {
  CLI::App app("Train a model on music whose genre is known.", "genre train");
  try {
    Options options = parse(app, networks, argc, argv);
    options.train.make_dense = make_dense;
    if (const auto done = read_and_train(std::move(options), argv); !done) {
      base::report_error("genre train", done.error().message);
      return 1;
    }
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    base::report_error("genre train", error.what());
    fmt::print(stderr, "See genre train --help.\n");
    return error.get_exit_code();
  } catch (const std::exception& error) {
    base::report_error("genre train", error.what());
    return 1;
  }
  return 0;
}

}  // namespace genre::train
