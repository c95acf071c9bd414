#include "train/options.h"

#include <filesystem>

#include "base/text.h"
#include "base/user_folders.h"
#include "features/feature_sets.h"

namespace genre::train {
namespace {

constexpr std::size_t kAugmented = 4;  // altered copies of each window

// Values of the command line that interpret() converts.
struct Arguments {
  std::string folder, table;
  std::string feature_set{to_string(FeatureSet::kTexture)};
  std::string pad_mode{to_string(PadMode::kConstant)};
  std::string network, class_weights = "none";
  std::size_t n_augmented = kAugmented;
  bool strict = false;
  bool no_cache = false;
};

const CLI::Validator& printable() {
  static const CLI::Validator validator(
      [](const std::string& text) {
        return base::is_printable_utf8(text) ? "" : "must be UTF-8 text without control characters";
      },
      "TEXT");
  return validator;
}

void add_data(CLI::App& app, Options& options, Arguments& arguments) {
  auto* folder =
      app.add_option("FOLDER", arguments.folder,
                     "Folder with a sub-folder of audio files for each genre, or with "
                     "logmel_u8.npy and tracks.csv. Audio files are split into windows of 3 s")
          ->check(CLI::ExistingDirectory);
  app.add_option(
         "--features", arguments.table,
         "Feature table (CSV) to use in place of FOLDER, with the columns genre, track, and "
         "those of a feature set")
      ->excludes(folder);
  app.add_option(
         "--feature-set", arguments.feature_set,
         "Features to compute from FOLDER: texture (generalizes better) or gtzan26 (means of "
         "librosa's features)")
      ->check(CLI::IsMember(features::feature_set_names()))
      ->capture_default_str();
  app.add_option("--augment", arguments.n_augmented,
                 "texture: number of altered copies of each window to add to the training data "
                 "(bandwidth, tone, noise, room, pitch)")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_option("--pad-mode", arguments.pad_mode,
                 "gtzan26: padding at the ends of a window; with --features, the padding that the "
                 "table was computed with")
      ->check(CLI::IsMember({"constant", "reflect"}))
      ->capture_default_str();
  app.add_option("--cache", options.data.folder.cache,
                 "Folder in which to cache the features of audio files")
      ->capture_default_str();
  app.add_flag("--strict", arguments.strict, "FOLDER: skip damaged and truncated files");
  app.add_flag("--no-cache", arguments.no_cache, "Do not cache features");
}

void add_protocol(CLI::App& app, Options& options) {
  app.add_option(
         "--protocol", options.protocol,
         "How to split the data. track: whole tracks at random (default for FOLDER); group: "
         "whole groups at random; k-fold: cross-validation by groups, or by tracks without "
         "--group; split-file: the lists of --split-files; random-clip: clips at random "
         "(default for a table)")
      ->check(CLI::IsMember({kTrack, kGroup, kKFold, kRandomClip, kSplitFile}));
  app.add_option("--group", options.data.group,
                 "Column with the group of each track, such as artist. For a folder of music: "
                 "\"folder\", the sub-folder of the genre that contains the file");
  app.add_option("--folds", options.n_folds, "k-fold: number of folds")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  app.add_option("--train-clips", options.train_clips,
                 "random-clip: number of clips to train on (default: nine tenths)");
  app.add_option("--validation-clips", options.validation_clips,
                 "random-clip: number of clips to validate on (default: the rest)");
  app.add_option("--split-files", options.split_files,
                 "Three lists of tracks: TRAIN VALIDATION TEST. With another --protocol, a second "
                 "network is trained on these lists, only to report its metrics")
      ->expected(3);
  app.add_option("--split-name", options.split_name,
                 "Name of the --split-files split in the report and the metadata")
      ->check(printable())
      ->capture_default_str();
}

void add_training(CLI::App& app, Options& options, Arguments& arguments) {
  app.add_option("--network", arguments.network,
                 "lda (linear discriminant analysis; default for texture) or dense (layers of 512, "
                 "256, 128 and 64 units with dropout; default for gtzan26)")
      ->check(CLI::IsMember({"lda", "dense"}));
  app.add_option("--epochs", options.train.epochs, "dense: maximum number of epochs")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--patience", options.train.patience,
                 "dense: stop after this many epochs without improvement; 0: never")
      ->capture_default_str();
  app.add_option("--batch-size", options.train.batch_size, "dense: number of clips per batch")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--learning-rate", options.train.learning_rate,
                 "dense: learning rate of the Adam optimizer")
      ->check(CLI::Range(1e-8, 1.0))
      ->capture_default_str();
  app.add_option("--class-weights", arguments.class_weights,
                 "balanced: all genres have the same weight; none: all clips have the same weight")
      ->check(CLI::IsMember({"none", "balanced"}))
      ->capture_default_str();
  app.add_option("--seed", options.train.seed,
                 "Random seed; the same seed and data give the same model on the same machine")
      ->capture_default_str();
}

void add_output(CLI::App& app, Options& options) {
  app.add_option("--output", options.output, "Model file to write (ONNX)")->capture_default_str();
  app.add_option("--html", options.html, "Also write a report as a web page");
  app.add_option("--name", options.name, "Model name to store in the metadata")->check(printable());
}

void interpret(const Arguments& arguments, Options& options) {
  if (arguments.folder.empty() && arguments.table.empty()) {
    throw CLI::RequiredError("FOLDER or --features");
  }
  const bool table = arguments.folder.empty();
  options.path = table ? arguments.table : arguments.folder;
  options.is_table = table;
  options.data.folder.feature_set = *parse_feature_set(arguments.feature_set);
  options.data.folder.pad_mode = *parse_pad_mode(arguments.pad_mode);
  options.data.folder.seed = options.train.seed;
  const auto& feature_set = features::info_of(options.data.folder.feature_set);
  options.data.folder.n_augmented = feature_set.from_log_mel ? arguments.n_augmented : 0;
  options.data.folder.windows.strict = arguments.strict;
  if (arguments.no_cache) options.data.folder.cache.clear();
  if (!arguments.network.empty()) {
    options.method = arguments.network == "lda" ? Method::kLda : Method::kDense;
  }
  options.train.balanced = arguments.class_weights == "balanced";
  if (options.protocol.empty()) options.protocol = table ? kRandomClip : kTrack;
  if (options.protocol == kSplitFile && options.split_files.empty()) {
    throw CLI::ValidationError("--protocol split-file", "needs --split-files");
  }
  if (options.protocol == kGroup && options.data.group.empty()) {
    throw CLI::ValidationError("--protocol group", "needs --group");
  }
}

}  // namespace

Method default_method(FeatureSet feature_set) {
  return features::info_of(feature_set).linear ? Method::kLda : Method::kDense;
}

Options parse(CLI::App& app, int argc, char** argv) {
  Options options;
  options.data.folder.cache = base::cache_folder().string();
  Arguments arguments;
  add_data(app, options, arguments);
  add_protocol(app, options);
  add_training(app, options, arguments);
  add_output(app, options);
  app.parse(argc, argv);
  interpret(arguments, options);
  return options;
}

}  // namespace genre::train
