#include "train/options.h"

#include <filesystem>

#include "base/csv.h"
#include "base/text.h"
#include "base/user_folders.h"
#include "features/feature_sets.h"
#include "train/embedding.h"
#include "train/held_out.h"

namespace genre::train {
namespace {

constexpr std::size_t kAugmented = 4;  // altered copies of each window

// Values of the command line that interpret() converts.
struct Arguments {
  std::vector<std::string> data, weights;  // weights: NAME=WEIGHT
  std::string table;
  EmbeddingOptions embedding{.feature_set = std::string(to_string(FeatureSet::kTexture)),
                             .network = {},
                             .outputs = {},
                             .excerpts = {}};
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
  auto* data =
      app.add_option(
             "DATA", arguments.data,
             "One or more data sets. Each is a folder with a sub-folder of audio files for each "
             "genre; a list of audio files (CSV) with the columns path and genre, and optionally "
             "artist, source and track; a feature table (CSV), or with --embedding a table of "
             "genre embed; or a folder with logmel_u8.npy and tracks.csv. Audio files are split "
             "into windows of 3 s")
          ->check(CLI::ExistingPath);
  app.add_option(
         "--weight", arguments.weights,
         "NAME=WEIGHT: the weight of the clips of one data set, which is 1 by default. NAME "
         "is its path, or the last part of it. Can be repeated")
      ->take_all();
  app.add_option("--features", arguments.table,
                 "Feature table (CSV) to use in place of DATA, with the columns genre, track, and "
                 "those of a feature set, or with --embedding those of genre embed")
      ->excludes(data);
  app.add_option("--feature-set", arguments.embedding.feature_set,
                 "Features to compute from audio: texture (generalizes better) or gtzan26 (means "
                 "of librosa's features). texture+NETWORK: the outputs of a network beside them, "
                 "as for --embedding")
      ->capture_default_str();
  app.add_option(
         "--augment", arguments.n_augmented,
         "texture alone: number of altered copies of each window to add to the training data "
         "(bandwidth, tone, noise, room, pitch)")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_option("--pad-mode", arguments.pad_mode,
                 "gtzan26: padding at the ends of a window; with --features, the padding that the "
                 "table was computed with")
      ->check(CLI::IsMember({"constant", "reflect"}))
      ->capture_default_str();
  app.add_option("--cache", options.data.audio.cache,
                 "Folder in which to cache the features of audio files")
      ->capture_default_str();
  app.add_flag("--strict", arguments.strict, "Skip damaged and truncated audio files");
  app.add_flag("--no-cache", arguments.no_cache, "Do not cache features");
}

void add_embedding(CLI::App& app, const NetworkSource& networks, EmbeddingOptions& options) {
  const char* const group = "Pretrained networks";
  app.add_option("--embedding", options.network,
                 "Learn from the outputs of this network: an ONNX file, or the name of one from "
                 "genre model pull. Alone, or beside the features of --feature-set if that is "
                 "given")
      ->group(group);
  app.add_option("--outputs", options.outputs,
                 "Outputs of the network, separated by commas (default: the first one)")
      ->delimiter(',')
      ->group(group);
  app.add_option("--excerpts", options.excerpts,
                 "The network hears this number of pieces, spread evenly over the file, and all "
                 "windows get the mean (default: it hears each window)")
      ->check(CLI::Range(1, 100))
      ->group(group);
  app.add_option("--seconds", options.seconds, "Length of a piece, with --excerpts")
      ->check(CLI::Range(0.1, 60.0))
      ->capture_default_str()
      ->group(group);
  networks.add_options(app);
}

void add_protocol(CLI::App& app, Options& options) {
  app.add_option(
         "--protocol", options.protocol,
         "How to split the data. source-out: cross-validation by sources, such as data sets "
         "(default if there are several); track: whole tracks at random (default for other DATA); "
         "group: whole groups, such as artists, at random; k-fold: cross-validation by groups, or "
         "by tracks without groups; split-file: the lists of --split-files; random-clip: clips at "
         "random (default for --features)")
      ->check(CLI::IsMember({kSourceOut, kTrack, kGroup, kKFold, kRandomClip, kSplitFile}));
  app.add_option(
      "--group", options.data.group,
      "Column with the group of each track (default: artist, if there is such a column). "
      "For a folder of music: \"folder\", the sub-folder of the genre that contains the "
      "file (default: the artist in the tags of a file, or else its sub-folder). "
      "\"track\": no groups");
  app.add_option("--groups", options.data.groups,
                 "CSV file with the columns track, and artist or source or both: the groups of the "
                 "tracks")
      ->check(CLI::ExistingFile);
  app.add_option("--folds", options.n_folds, "k-fold, source-out: number of folds")
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
  app.add_option("--confusion", options.confusion,
                 "Also write the confusion matrix of the tracks as a picture (SVG)");
  app.add_option("--name", options.name, "Model name to store in the metadata")->check(printable());
}

// NAME=WEIGHT. NAME can be the whole path, because two data sets can have the same name.
void set_weight(const std::string& text, std::vector<dataset::DataSet>& data_sets) {
  const std::size_t equals = text.rfind('=');
  const auto weight =
      equals == std::string::npos ? std::nullopt : base::parse_finite(text.substr(equals + 1));
  if (!weight || *weight <= 0) {
    throw CLI::ValidationError("--weight " + text,
                               "must be NAME=WEIGHT, with a weight above 0, such as gtzan=0.5");
  }
  const std::string name = text.substr(0, equals);
  std::vector<dataset::DataSet*> found;
  for (dataset::DataSet& data_set : data_sets) {
    if (data_set.path == name || dataset::data_set_name(data_set.path) == name)
      found.push_back(&data_set);
  }
  if (found.size() != 1) {
    throw CLI::ValidationError("--weight " + text,
                               found.empty() ? "no data set has this name"
                                             : "several data sets have this name; use the path");
  }
  found.front()->weight = *weight;
}

// What is computed from audio.
void interpret_features(const Arguments& arguments, const LoadNetwork& load, Options& options) {
  dataset::AudioOptions& audio = options.data.audio;
  audio.pad_mode = *parse_pad_mode(arguments.pad_mode);
  if (auto set = set_inputs(arguments.embedding, load, audio); !set) {
    throw CLI::ValidationError(set.error().message);
  }
  const auto& feature_set = features::info_of(audio.feature_set);
  audio.n_augmented = audio.inputs.empty() && feature_set.from_log_mel ? arguments.n_augmented : 0;
  if (audio.inputs.empty()) return;
  if (arguments.network == "dense") {
    throw CLI::ValidationError("--network dense", "takes a feature set only, not an embedding");
  }
}

void interpret(const Arguments& arguments, const LoadNetwork& load, Options& options) {
  if (arguments.data.empty() && arguments.table.empty()) {
    throw CLI::RequiredError("DATA or --features");
  }
  for (const std::string& path : arguments.data) options.data_sets.push_back({.path = path});
  options.is_table = arguments.data.empty();
  if (options.is_table) options.data_sets.push_back({.path = arguments.table});
  for (const std::string& weight : arguments.weights) set_weight(weight, options.data_sets);
  interpret_features(arguments, load, options);
  options.data.audio.seed = options.train.seed;
  options.data.audio.windows.strict = arguments.strict;
  if (arguments.no_cache) options.data.audio.cache.clear();
  if (!arguments.network.empty()) {
    options.method = arguments.network == "lda" ? Method::kLda : Method::kDense;
  }
  options.train.balanced = arguments.class_weights == "balanced";
  if (options.protocol == kSplitFile && options.split_files.empty()) {
    throw CLI::ValidationError("--protocol split-file", "needs --split-files");
  }
}

}  // namespace

Method default_method(FeatureSet feature_set) {
  return features::info_of(feature_set).linear ? Method::kLda : Method::kDense;
}

std::string default_protocol(const Options& options, const dataset::Table& table) {
  if (options.is_table) return kRandomClip;
  return knows_sources(table) ? kSourceOut : kTrack;
}

Options parse(CLI::App& app, const NetworkSource& networks, int argc, char** argv) {
  Options options;
  options.data.audio.cache = base::cache_folder().string();
  Arguments arguments;
  add_data(app, options, arguments);
  if (networks.load) add_embedding(app, networks, arguments.embedding);
  add_protocol(app, options);
  add_training(app, options, arguments);
  add_output(app, options);
  app.parse(argc, argv);
  arguments.embedding.default_feature_set = app.get_option("--feature-set")->empty();
  interpret(arguments, networks.load, options);
  return options;
}

}  // namespace genre::train
