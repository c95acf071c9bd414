// The whole path: bytes -> decode -> mono -> resample -> features -> model -> certainties.
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "genre/audio.h"
#include "genre/features.h"
#include "genre/model.h"
#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

// A clip is looked at in windows. A file shorter than one window is one window; at the end of a
// longer one, a rest of at least half a window still counts as one.
struct WindowOptions {
  double window = 3.0;                                        // s, at least 0.1
  double hop = 3.0;                                           // s, from one start to the next
  double duration = std::numeric_limits<double>::infinity();  // s; only so much of the file is read
  bool keep_features = false;                                 // in the prediction's segments
  std::optional<FeatureSet> feature_set = {};                 // of those; without it the model's
  std::size_t max_windows = std::numeric_limits<std::size_t>::max();  // more are kTooLong
};

struct GenreCertainty {
  std::string genre;
  float certainty;  // in [0, 1]
};

struct Segment {
  double start, end;               // s
  std::vector<float> certainties;  // [n_labels], in the model's label order
  std::vector<float> features;     // [n_features] if kept, else empty
};

struct Prediction {
  std::vector<std::string> labels;  // the model's label order
  std::vector<float> certainties;   // [n_labels]: of the file, pooled from its segments'
  std::optional<bool> confident;    // by the model's thresholds, if it has any
  FeatureSet feature_set = {};      // of the segments' features
  std::vector<Segment> segments;    // in time order, at least one
  double duration = 0;              // s of audio that were looked at
  AudioInfo audio;                  // of the file

  // Every genre with its certainty out of `certainties` (the file's or a segment's), likeliest
  // first.
  [[nodiscard]] std::vector<GenreCertainty> ranked(std::span<const float> certainties) const;
};

// What predictions took.
struct StageTimes {
  std::chrono::nanoseconds decode{}, resample{}, features{}, model{};
  double audio = 0;  // s of it that were looked at

  [[nodiscard]] friend StageTimes operator-(const StageTimes& a, const StageTimes& b) {
    return {a.decode - b.decode, a.resample - b.resample, a.features - b.features,
            a.model - b.model, a.audio - b.audio};
  }
};

// What the model says of one window's features.
struct Classification {
  std::vector<float> certainties;  // [n_labels], in the model's label order
  std::optional<bool> confident;   // by the model's thresholds, if it has any
};

// Holds one thread's scratch memory and its running copy of the model: make one a thread, cheaply,
// from one shared Model.
class Predictor {
 public:
  explicit Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits = {});

  // Errors: those of AudioStream, and kCancelled.
  [[nodiscard]] Result<Prediction> predict(const AudioFile& file,
                                           const WindowOptions& options = {});
  [[nodiscard]] Result<Prediction> predict(std::span<const std::byte> file,
                                           const WindowOptions& options = {}) {
    return predict(AudioFile(file), options);
  }

  // From now on predictions end with kCancelled, at their next window, once this is requested.
  void cancel_by(std::stop_token stop) { stop_ = std::move(stop); }

  // All that this predictor's predictions took so far.
  [[nodiscard]] const StageTimes& times() const { return times_; }

  // The same of features that were made elsewhere: [n_features] of one window, as the model's
  // feature set has them. Values beyond all music may have certainties that are not finite.
  // Throws std::invalid_argument where features has another size.
  [[nodiscard]] Classification classify(std::span<const float> features);

  [[nodiscard]] const Model& model() const { return classifier_.model(); }

 private:
  Result<Prediction> predict(AudioStream& stream, const WindowOptions& options);
  void extract(FeatureExtractor& extractor, std::span<const float> y, std::span<float> features);
  void classify(std::span<const float> features, std::span<float> certainties);
  // novelty: the mean of the windows'.
  [[nodiscard]] std::optional<bool> confident(std::span<const float> certainties, double novelty,
                                              std::size_t n_windows) const;

  DecodeLimits limits_;
  FeatureExtractor extractor_;
  Classifier classifier_;
  std::stop_token stop_;
  StageTimes times_;
};

}  // namespace genre
#pragma GCC visibility pop
