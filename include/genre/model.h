// A trained model: an ONNX graph that maps features to certainties, with metadata.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "genre/features.h"
#include "genre/frontend.h"
#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

// Keys of the ONNX metadata_props that describe a model. Lists and objects are JSON.
// docs/models.md defines them.
namespace metadata_key {
inline constexpr const char* kName = "genre.name";               // e.g. "gtzan26-seed"
inline constexpr const char* kInputs = "genre.inputs";           // what each input is
inline constexpr const char* kFeatureSet = "genre.feature_set";  // "gtzan26" or "texture", and
inline constexpr const char* kPadMode = "genre.pad_mode";        // "constant" or "reflect": the
                                                                 // short form for one input
inline constexpr const char* kWindow = "genre.window";           // {"window": s, "hop": s}
inline constexpr const char* kLabels = "genre.labels";           // ["blues", ...]
inline constexpr const char* kActivation = "genre.activation";   // "softmax" or "sigmoid"
inline constexpr const char* kConfident = "genre.confident";     // {"clip", "track", "track_clips"}
inline constexpr const char* kWindowCorrelation = "genre.window_correlation";  // e.g. "0.3"
inline constexpr const char* kProvenance = "genre.provenance";  // JSON: data, protocol, seed, ...
inline constexpr const char* kFigures = "genre.figures";        // JSON: accuracy per protocol
inline constexpr const char* kNetwork = "genre.network.";       // and a name: its file, in base64
// Written after all others. Who changes a model file removes both, or writes the second again.
inline constexpr const char* kChecksum = "genre.checksum";  // "crc32": the next one must follow
inline constexpr const char* kCrc32 = "genre.crc32";        // of all bytes before it: 8 hex digits
}  // namespace metadata_key

// What an input of a graph takes, for each window of a file.

// One feature vector: [N, n_features].
struct FeaturesInput {
  FeatureSet feature_set = FeatureSet::kGtzan26;
  PadMode pad_mode = PadMode::kConstant;

  friend bool operator==(const FeaturesInput&, const FeaturesInput&) = default;
};

// A patch of a log-mel spectrogram: the last two dimensions other than 1 of [N, n_mels, n_frames],
// [N, n_frames, n_mels], or the same with a dimension of 1 before or behind them.
struct PatchInput {
  FrontendParameters frontend;  // patch_frames is the graph's n_frames, if that is fixed
  bool frames_first = false;    // [..., n_frames, n_mels]
  bool any_frames = false;      // the graph takes any number of frames, at least one
  std::vector<int> shape;       // for N 1; n_frames is -1 if any_frames

  friend bool operator==(const PatchInput&, const PatchInput&) = default;
};

// What another network makes of the audio: its outputs, without an activation, one after the other:
// [N, n].
struct NetworkInput {
  struct Excerpts {
    std::size_t n = 3;    // 1 or more
    double seconds = 10;  // of each, 0.1 or more

    friend bool operator==(const Excerpts&, const Excerpts&) = default;
  };
  std::string network;               // its name
  std::vector<std::string> outputs;  // of its graph
  std::optional<Excerpts> excerpts;  // the mean over pieces of the whole file; else the window
  std::size_t size = 0;              // n

  friend bool operator==(const NetworkInput&, const NetworkInput&) = default;
};

struct ModelInput {
  std::string name;  // of the graph's input
  std::variant<FeaturesInput, PatchInput, NetworkInput> source;

  friend bool operator==(const ModelInput&, const ModelInput&) = default;
};

// What is applied to the first output of the graph.
enum class Activation {
  kNone,     // it is certainties already, with sum 1
  kSoftmax,  // certainties with sum 1
  kSigmoid,  // each label is independent of the others: tags
};

// The thresholds for a prediction that can be relied on.
struct ConfidentThresholds {
  struct Threshold {
    double certainty = 1;  // minimum; at and above it, 90 % of validation predictions were right
    double novelty = 0;    // maximum; 99 % of validation cases do not exceed it
  };
  Threshold clip;   // for files of fewer than track_clips windows
  Threshold track;  // for files of at least track_clips windows, whose means vary less
  std::size_t track_clips = 1;

  [[nodiscard]] bool reached(double certainty, double novelty, std::size_t n_windows) const {
    const Threshold& threshold = n_windows >= track_clips ? track : clip;
    return certainty >= threshold.certainty && novelty <= threshold.novelty;
  }
};

struct ModelInfo {
  std::string name;
  std::vector<ModelInput> inputs = {};  // in the order of the graph's inputs, at least one
  double window = 3, hop = 3;           // s: the windows of a file, and from one to the next
  std::vector<std::string> labels;      // [n_labels], in the order of the certainties
  Activation activation = Activation::kNone;
  struct Outputs {
    std::string certainties = {}, novelty = {}, none = {};
  };
  Outputs outputs = {};  // their names in the graph; empty if there is none
  std::map<std::string, std::size_t> output_sizes = {};  // n of all outputs [N, n], by name
  // Correlation between the windows of one file, 0 to 1. It weights the windows when their
  // certainties are pooled; without it, the certainties of a file are the mean over its windows.
  std::optional<double> window_correlation = {};
  std::optional<ConfidentThresholds> confident = {};  // if the model has them
  std::map<std::string, std::string> metadata;        // all metadata_props

  // The first input that is a feature set.
  [[nodiscard]] const FeaturesInput* features() const;
  // The features that are shown beside the predictions: that input's, or else gtzan26.
  [[nodiscard]] FeatureSet shown_features() const;
  // That input, if there is no other: then the model also takes feature vectors.
  [[nodiscard]] const FeaturesInput* only_features() const;
  // The rate of the samples of a window: that of the first input that is not a network.
  [[nodiscard]] int sample_rate() const;  // Hz
};

// The maximum size of a model file. Loading briefly needs several times as much memory.
inline constexpr std::size_t kMaxModelBytes = std::size_t{1} << 30;

// Returns the file of a network with this name, for NetworkInput. Error: kUnavailable if there is
// none.
using FindNetwork = std::function<Result<std::vector<std::byte>>(const std::string& name)>;

// A FindNetwork for those that `genre model pull` has written to the user's data folder,
// $XDG_DATA_HOME/genre/networks. Errors: kUnavailable, and those of reading the file.
[[nodiscard]] Result<std::vector<std::byte>> find_installed_network(const std::string& name);

// An immutable, validated model. Thread-safe: share one between all threads.
class Model {
 public:
  // Reads and validates an ONNX model with the metadata above. Its inputs are described by
  // genre.inputs; its first output is [N, n_labels]. Two more are optional and found by their
  // names: "novelty" [N, 1], and "none" [N, 1], the logit of "none of these labels". (A second
  // output [N, 1] with any other name is the novelty, too.) Other outputs are for models that have
  // this one as an input. Networks of its inputs come from its metadata or from find_network.
  // Error: kBadModel, with what is missing or wrong; also for more than kMaxModelBytes, and for a
  // wrong checksum; those of find_network. A model without a checksum is accepted: see
  // has_checksum.
  [[nodiscard]] static Result<std::shared_ptr<const Model>> load(
      std::span<const std::byte> onnx, const FindNetwork& find_network = {});

  // The same for a network that is only an input of a model, and so needs no labels.
  [[nodiscard]] static Result<std::shared_ptr<const Model>> load_network(
      std::span<const std::byte> onnx);

  // The built-in models: models/default.onnx, and models/seed.onnx, the network of the original
  // service. models/MODEL_CARD.md has their training data and accuracy.
  [[nodiscard]] static std::shared_ptr<const Model> builtin();
  [[nodiscard]] static std::shared_ptr<const Model> seed();

  // The built-in model best needs the network mn04, and takes musicnn too if find_network has it.
  // Errors: those of load.
  [[nodiscard]] static Result<std::shared_ptr<const Model>> best(const FindNetwork& find_network);

  // The model with a network that hears tags beside the genre, such as mn04: see tagger(). Error:
  // kBadModel if the network has no labels that are independent of each other.
  [[nodiscard]] static Result<std::shared_ptr<const Model>> with_tagger(
      const Model& model, std::shared_ptr<const Model> network);

  [[nodiscard]] const ModelInfo& info() const { return info_; }
  // The network of with_tagger; null if there is none.
  [[nodiscard]] const std::shared_ptr<const Model>& tagger() const { return tagger_; }
  // Of the inputs, by name.
  [[nodiscard]] const std::map<std::string, std::shared_ptr<const Model>>& networks() const {
    return networks_;
  }
  // Whether the file has a checksum, which then is right. Without one, damage may stay unnoticed.
  [[nodiscard]] bool has_checksum() const {
    return info_.metadata.contains(metadata_key::kChecksum);
  }
  [[nodiscard]] std::span<const std::byte> onnx() const { return onnx_; }

 private:
  Model() = default;
  ModelInfo info_;
  std::map<std::string, std::shared_ptr<const Model>> networks_;
  std::shared_ptr<const Model> tagger_;
  std::vector<std::byte> onnx_;
};

// Runs a model. Use a classifier from one thread only.
class Classifier {
 public:
  explicit Classifier(std::shared_ptr<const Model> model);
  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

  [[nodiscard]] const Model& model() const;

  // inputs: the values of each input of one window, in the order of ModelInfo::inputs; a patch in
  // the order of its shape. certainties: [n_labels], in [0, 1], with sum 1 unless the labels are
  // independent. Throws std::invalid_argument if a size does not match the model.
  void predict_proba(std::span<const std::span<const float>> inputs, std::span<float> certainties);
  // The same for a model with one input.
  void predict_proba(std::span<const float> input, std::span<float> certainties) {
    predict_proba(std::span(&input, 1), certainties);
  }

  // How different the last window was from the training data: the mean square of the standardised
  // features, about 1 for similar music. 0 if the model has no novelty output.
  [[nodiscard]] double novelty() const;

  // The logit of "none of these labels" for the last window. 0 if the model has no such output.
  [[nodiscard]] double none() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre
#pragma GCC visibility pop
