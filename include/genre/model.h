// A trained model: an ONNX graph from features to certainties, and what its metadata says.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "genre/features.h"
#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

// The keys under which ONNX metadata_props describe a model. Labels are a JSON array of strings.
namespace metadata_key {
inline constexpr const char* kName = "genre.name";               // e.g. "gtzan26-seed"
inline constexpr const char* kFeatureSet = "genre.feature_set";  // "gtzan26" or "texture"
inline constexpr const char* kPadMode = "genre.pad_mode";        // "constant" or "reflect"
inline constexpr const char* kLabels = "genre.labels";           // ["blues", ...]
inline constexpr const char* kConfident = "genre.confident";     // {"clip", "track", "track_clips"}
inline constexpr const char* kWindowCorrelation = "genre.window_correlation";  // e.g. "0.3"
inline constexpr const char* kProvenance = "genre.provenance";  // JSON: data, protocol, seed, ...
inline constexpr const char* kFigures = "genre.figures";        // JSON: accuracy per protocol
}  // namespace metadata_key

// When a model's answer is to be relied on.
struct ConfidentThresholds {
  struct Threshold {
    double certainty = 1;  // at least; from where on nine of ten answers were right
    double novelty = 0;    // at most; what 99 of 100 validation cases keep to
  };
  Threshold clip;   // for a file of one window
  Threshold track;  // for a file of at least track_clips windows, whose means vary less
  std::size_t track_clips = 1;

  [[nodiscard]] bool reached(double certainty, double novelty, std::size_t n_windows) const {
    const Threshold& threshold = n_windows >= track_clips ? track : clip;
    return certainty >= threshold.certainty && novelty <= threshold.novelty;
  }
};

struct ModelInfo {
  std::string name;
  FeatureSet feature_set = FeatureSet::kGtzan26;
  PadMode pad_mode = PadMode::kConstant;
  std::vector<std::string> labels;  // [n_labels], in the order of the certainties
  // Of a file's windows, from 0 to 1: how little the second adds to the first. A file's certainties
  // are pooled by it; without it they are the mean of its windows'.
  std::optional<double> window_correlation = {};
  std::optional<ConfidentThresholds> confident = {};  // if the model's maker fitted them
  std::map<std::string, std::string> metadata;        // every entry of metadata_props
};

// The largest model file. Loading needs several times as much memory for a moment.
inline constexpr std::size_t kMaxModelBytes = std::size_t{1} << 30;

// An immutable, validated model. Thread-safe: share one among all threads.
class Model {
 public:
  // Reads and validates a model in ONNX form: one float input [N, n_features], an output
  // [N, n_labels] and, if it likes, a second one, novelty [N, 1]; metadata as above. Error:
  // kBadModel, naming what is missing or does not fit, also for more than kMaxModelBytes.
  [[nodiscard]] static Result<std::shared_ptr<const Model>> load(std::span<const std::byte> onnx);

  // The models built into the program: models/default.onnx, and models/seed.onnx, the network of
  // the original service. models/MODEL_CARD.md says what they were trained on and how good they
  // are.
  [[nodiscard]] static std::shared_ptr<const Model> builtin();
  [[nodiscard]] static std::shared_ptr<const Model> seed();

  [[nodiscard]] const ModelInfo& info() const { return info_; }
  [[nodiscard]] std::span<const std::byte> onnx() const { return onnx_; }

 private:
  Model() = default;
  ModelInfo info_;
  std::vector<std::byte> onnx_;
};

// One thread's running copy of a model.
class Classifier {
 public:
  explicit Classifier(std::shared_ptr<const Model> model);
  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

  [[nodiscard]] const Model& model() const;

  // features: [n_features] of one clip. certainties: [n_labels], in [0, 1], summing to 1.
  // Throws std::invalid_argument where a size does not fit the model.
  void predict_proba(std::span<const float> features, std::span<float> certainties);

  // How unlike the training data the last features were: the mean square of the standardised
  // features, around 1 for music like it. 0 where the model does not tell.
  [[nodiscard]] double novelty() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre
#pragma GCC visibility pop
