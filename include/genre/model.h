// A trained model: an ONNX graph from features to certainties, and what its metadata says.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "genre/features.h"
#include "genre/result.h"

namespace genre {

// The keys under which ONNX metadata_props describe a model. Labels are a JSON array of strings.
namespace metadata_key {
inline constexpr const char* kName = "genre.name";               // e.g. "gtzan26-seed"
inline constexpr const char* kFeatureSet = "genre.feature_set";  // "gtzan26" or "texture"
inline constexpr const char* kPadMode = "genre.pad_mode";        // "constant" or "reflect"
inline constexpr const char* kLabels = "genre.labels";           // ["blues", ...]
inline constexpr const char* kProvenance = "genre.provenance";   // JSON: data, protocol, seed, ...
inline constexpr const char* kFigures = "genre.figures";         // JSON: accuracy per protocol
}  // namespace metadata_key

struct ModelInfo {
  std::string name;
  FeatureSet feature_set = FeatureSet::kGtzan26;
  PadMode pad_mode = PadMode::kConstant;
  std::vector<std::string> labels;              // [n_labels], in the order of the certainties
  std::map<std::string, std::string> metadata;  // every entry of metadata_props
};

// An immutable, validated model. Thread-safe: share one among all threads.
class Model {
 public:
  // Reads and validates a model in ONNX form: one float input [N, n_features], one output
  // [N, n_labels], metadata as above. Error: kBadModel, naming what is missing or does not fit.
  [[nodiscard]] static Result<std::shared_ptr<const Model>> load(std::span<const std::byte> onnx);

  // The model built into the program, models/default.onnx.
  [[nodiscard]] static std::shared_ptr<const Model> builtin();

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

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre
