// A trained model: an ONNX graph that maps features to certainties, with metadata.
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

// Keys of the ONNX metadata_props that describe a model. Lists and objects are JSON.
namespace metadata_key {
inline constexpr const char* kName = "genre.name";               // e.g. "gtzan26-seed"
inline constexpr const char* kFeatureSet = "genre.feature_set";  // "gtzan26" or "texture"
inline constexpr const char* kPadMode = "genre.pad_mode";        // "constant" or "reflect"
inline constexpr const char* kLabels = "genre.labels";           // ["blues", ...]
inline constexpr const char* kConfident = "genre.confident";     // {"clip", "track", "track_clips"}
inline constexpr const char* kWindowCorrelation = "genre.window_correlation";  // e.g. "0.3"
inline constexpr const char* kProvenance = "genre.provenance";  // JSON: data, protocol, seed, ...
inline constexpr const char* kFigures = "genre.figures";        // JSON: accuracy per protocol
// Written after all others. Who changes a model file removes both, or writes the second again.
inline constexpr const char* kChecksum = "genre.checksum";  // "crc32": the next one must follow
inline constexpr const char* kCrc32 = "genre.crc32";        // of all bytes before it: 8 hex digits
}  // namespace metadata_key

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
  FeatureSet feature_set = FeatureSet::kGtzan26;
  PadMode pad_mode = PadMode::kConstant;
  std::vector<std::string> labels;  // [n_labels], in the order of the certainties
  // Correlation between the windows of one file, 0 to 1. It weights the windows when their
  // certainties are pooled; without it, the certainties of a file are the mean over its windows.
  std::optional<double> window_correlation = {};
  std::optional<ConfidentThresholds> confident = {};  // if the model has them
  std::map<std::string, std::string> metadata;        // all metadata_props
};

// The maximum size of a model file. Loading briefly needs several times as much memory.
inline constexpr std::size_t kMaxModelBytes = std::size_t{1} << 30;

// An immutable, validated model. Thread-safe: share one between all threads.
class Model {
 public:
  // Reads and validates an ONNX model with one float input [N, n_features], an output
  // [N, n_labels], an optional second output, novelty [N, 1], and the metadata above.
  // Error: kBadModel, with what is missing or wrong; also for more than kMaxModelBytes, and for a
  // wrong checksum. A model without a checksum is accepted: see has_checksum.
  [[nodiscard]] static Result<std::shared_ptr<const Model>> load(std::span<const std::byte> onnx);

  // The built-in models: models/default.onnx, and models/seed.onnx, the network of the original
  // service. models/MODEL_CARD.md has their training data and accuracy.
  [[nodiscard]] static std::shared_ptr<const Model> builtin();
  [[nodiscard]] static std::shared_ptr<const Model> seed();

  [[nodiscard]] const ModelInfo& info() const { return info_; }
  // Whether the file has a checksum, which then is right. Without one, damage may stay unnoticed.
  [[nodiscard]] bool has_checksum() const {
    return info_.metadata.contains(metadata_key::kChecksum);
  }
  [[nodiscard]] std::span<const std::byte> onnx() const { return onnx_; }

 private:
  Model() = default;
  ModelInfo info_;
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

  // features: [n_features] of one clip. certainties: [n_labels], in [0, 1], with sum 1.
  // Throws std::invalid_argument if a size does not match the model.
  void predict_proba(std::span<const float> features, std::span<float> certainties);

  // How different the last features were from the training data: the mean square of the
  // standardised features, about 1 for similar music. 0 if the model has no novelty output.
  [[nodiscard]] double novelty() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre
#pragma GCC visibility pop
