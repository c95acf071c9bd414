#include "train/options.h"

#include <filesystem>

#include "base/text.h"

namespace genre::train {
namespace {

constexpr std::size_t kAugmented = 4;  // copies of each window of music

// The command line as typed.
struct Words {
  std::string folder, table;
  std::string feature_set{to_string(FeatureSet::kTexture)};
  std::string pad_mode{to_string(PadMode::kConstant)};
  std::string network, class_weights = "none";
  std::size_t n_augmented = kAugmented;
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

void add_data(CLI::App& app, Options& options, Words& words) {
  auto* folder = app.add_option("FOLDER", words.folder,
                                "Folder with a sub-folder of audio files for each genre, which are "
                                "cut into windows of 3 s; or one with logmel_u8.npy and tracks.csv")
                     ->check(CLI::ExistingDirectory);
  app.add_option(
         "--features", words.table,
         "Instead of FOLDER: a feature table (CSV) with the columns genre, track, and those "
         "of a feature set")
      ->excludes(folder);
  app.add_option(
         "--feature-set", words.feature_set,
         "For FOLDER: texture (generalizes better) or gtzan26 (means of librosa's features)")
      ->check(CLI::IsMember({"texture", "gtzan26"}))
      ->capture_default_str();
  app.add_option("--augment", words.n_augmented,
                 "texture: altered copies of each window to train on, too (bandwidth, tone, noise, "
                 "room, pitch)")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_option("--pad-mode", words.pad_mode,
                 "gtzan26: the padding of the features, also of those in a table")
      ->check(CLI::IsMember({"constant", "reflect"}))
      ->capture_default_str();
  app.add_option("--cache", options.data.folder.cache,
                 "Folder that caches the features of audio files for the next training")
      ->capture_default_str();
  app.add_flag("--no-cache", words.no_cache, "Cache nothing");
}

void add_protocol(CLI::App& app, Options& options) {
  app.add_option(
         "--protocol", options.protocol,
         "track: split whole tracks at random (default for FOLDER); group: split whole groups; "
         "k-fold: cross-validation by groups, or else by tracks; split-file: the lists of "
         "--split-files; random-clip: split clips at random (default for a table)")
      ->check(CLI::IsMember({kTrack, kGroup, kKFold, kRandomClip, kSplitFile}));
  app.add_option("--group", options.data.group,
                 "Column with the group of each track, such as artist; for a folder of music: "
                 "\"folder\", the sub-folder of the genre in which a file lies");
  app.add_option("--folds", options.n_folds, "k-fold: number of parts")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  app.add_option("--train-clips", options.train_clips,
                 "random-clip: clips to train on (default: nine tenths)");
  app.add_option("--validation-clips", options.validation_clips,
                 "random-clip: clips to validate on (default: the rest)");
  app.add_option(
         "--split-files", options.split_files,
         "Lists of tracks: TRAIN VALIDATION TEST. With another protocol, a second network is "
         "trained with these lists, only for its metrics")
      ->expected(3);
  app.add_option("--split-name", options.split_name, "Name of the split of --split-files")
      ->check(printable())
      ->capture_default_str();
}

void add_training(CLI::App& app, Options& options, Words& words) {
  app.add_option("--network", words.network,
                 "lda (linear discriminants; default for texture) or dense (512-256-128-64 with "
                 "dropout; default for gtzan26)")
      ->check(CLI::IsMember({"lda", "dense"}));
  app.add_option("--epochs", options.train.epochs, "dense: maximum number of epochs")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--patience", options.train.patience,
                 "dense: stop after this many epochs without a better one; 0: never")
      ->capture_default_str();
  app.add_option("--batch-size", options.train.batch_size, "dense: clips per batch")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--learning-rate", options.train.learning_rate, "dense: learning rate of Adam")
      ->check(CLI::Range(1e-8, 1.0))
      ->capture_default_str();
  app.add_option("--class-weights", words.class_weights,
                 "balanced: every genre has the same weight; none: every clip has the same weight")
      ->check(CLI::IsMember({"none", "balanced"}))
      ->capture_default_str();
  app.add_option("--seed", options.train.seed,
                 "The same seed and data give the same model on the same machine")
      ->capture_default_str();
}

void add_output(CLI::App& app, Options& options) {
  app.add_option("--output", options.output, "Model to write (ONNX)")->capture_default_str();
  app.add_option("--html", options.html, "Also write a report as a web page");
  app.add_option("--name", options.name, "Name of the model, in its metadata")->check(printable());
}

// As the XDG Base Directory Specification says, which ignores relative paths.
std::string default_cache() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  if (const auto cache = variable("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "genre";
  const auto home = variable("HOME");
  return home.empty() ? "" : home / ".cache" / "genre";
}

void interpret(const Words& words, Options& options) {
  if (words.folder.empty() && words.table.empty()) {
    throw CLI::RequiredError("FOLDER or --features");
  }
  const bool table = words.folder.empty();
  options.path = table ? words.table : words.folder;
  options.is_table = table;
  options.data.folder.feature_set = *parse_feature_set(words.feature_set);
  options.data.folder.pad_mode = *parse_pad_mode(words.pad_mode);
  options.data.folder.seed = options.train.seed;
  const bool texture = options.data.folder.feature_set == FeatureSet::kTexture;
  options.data.folder.n_augmented = texture ? words.n_augmented : 0;
  if (words.no_cache) options.data.folder.cache.clear();
  if (!words.network.empty()) {
    options.method = words.network == "lda" ? Method::kLda : Method::kDense;
  }
  options.train.balanced = words.class_weights == "balanced";
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
  return feature_set == FeatureSet::kTexture ? Method::kLda : Method::kDense;
}

Options parse(CLI::App& app, int argc, char** argv) {
  Options options;
  options.data.folder.cache = default_cache();
  Words words;
  add_data(app, options, words);
  add_protocol(app, options);
  add_training(app, options, words);
  add_output(app, options);
  app.parse(argc, argv);
  interpret(words, options);
  return options;
}

}  // namespace genre::train
