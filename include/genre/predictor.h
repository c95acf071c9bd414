// The whole pipeline: audio file -> decode -> mono -> resample -> features -> model -> certainties.
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

namespace genre::predict {
class FilePrediction;
class LivePrediction;
class SegmentPredictor;
struct Tagger;
class WindowInputs;
}  // namespace genre::predict

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

// The audio is split into windows. A file shorter than one window is one window. At the end of a
// longer file, a remainder of at least half a window is a window too.
struct WindowOptions {
  std::optional<double> window = {};  // s, at least 0.1; the model's by default
  // s between the starts of two windows, at least 0.1; the model's by default, or window if given
  std::optional<double> hop = {};
  double duration = std::numeric_limits<double>::infinity();  // s; the rest is not read
  // At least 1: not all windows, but this many, spread evenly over the file. Most formats are not
  // decoded between them (docs/formats.md), so damage there is not found.
  std::optional<std::size_t> excerpts = {};
  bool keep_features = false;                  // in Segment::features
  std::size_t n_tags = 0;                      // at most, in Prediction::tags
  std::optional<FeatureSet> feature_set = {};  // of those; the model's first one by
                                               // default, gtzan26 if it has none
  std::size_t max_windows = std::numeric_limits<std::size_t>::max();  // more are kTooLong
  std::optional<bool> strict = {};  // instead of DecodeLimits::strict
};

// A window is silent if no sample of it is larger than this, 80 dB below full scale. Its features
// say nothing about genre.
inline constexpr float kSilenceLevel = 1e-4F;

struct GenreCertainty {
  std::string genre;
  float certainty;  // in [0, 1]
};

struct Segment {
  double start, end;               // s
  std::vector<float> certainties;  // [n_labels], in the model's label order; equal if silent
  std::vector<float> features;     // [n_features]; empty without keep_features
  bool silent = false;             // not pooled
  double novelty = 0;              // Classifier::novelty
  double none = 0;                 // Classifier::none
};

// Something else that is heard, such as speech, silence or an instrument.
struct Tag {
  std::string name;
  float probability;  // in [0, 1], independent of the other tags
};

struct Prediction {
  std::vector<std::string> labels;  // the model's label order
  // [n_labels] of the file, pooled over its segments that are not silent. If all are silent, the
  // certainties are equal, and confident is false.
  std::vector<float> certainties;
  std::optional<bool> confident;         // by the model's thresholds, if it has any
  std::optional<float> none_of_these;    // certainty, 0 to 1, that no label fits; if it is known
  std::optional<std::vector<Tag>> tags;  // the most probable first, if WindowOptions::n_tags > 0;
                                         // empty if nothing but silence was heard
  FeatureSet feature_set = {};           // of Segment::features
  std::vector<Segment> segments;         // in time order, at least one
  bool excerpts = false;                 // the file has more windows (WindowOptions::excerpts)
  double duration = 0;                   // s of audio; with excerpts, that between them too
  AudioInfo audio;                       // of the file
  std::vector<Warning> warnings;         // by code, then by time

  // The genres with their certainties, most likely first. certainties: [n_labels] of the file or
  // of a segment.
  [[nodiscard]] std::vector<GenreCertainty> ranked(std::span<const float> certainties) const;
};

// Time spent in each stage.
struct StageTimes {
  std::chrono::nanoseconds decode{}, resample{}, features{}, model{};
  double audio = 0;             // s of audio used
  std::size_t predictions = 0;  // finished: files and, from classify, feature vectors

  [[nodiscard]] friend StageTimes operator-(const StageTimes& a, const StageTimes& b) {
    return {a.decode - b.decode, a.resample - b.resample, a.features - b.features,
            a.model - b.model,   a.audio - b.audio,       a.predictions - b.predictions};
  }
  StageTimes& operator+=(const StageTimes& other) {
    decode += other.decode;
    resample += other.resample;
    features += other.features;
    model += other.model;
    audio += other.audio;
    predictions += other.predictions;
    return *this;
  }
};

// The model's result for the features of one window.
struct Classification {
  std::vector<float> certainties;           // [n_labels], in the model's label order
  std::optional<bool> confident = {};       // by the model's thresholds, if it has any
  std::optional<float> none_of_these = {};  // as in Prediction
};

// Predicts the genre of audio files. Create one per thread, from one shared Model: it holds scratch
// memory and a running copy of the network.
class Predictor {
 public:
  explicit Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits = {});

  // Shares the scratch memory of another predictor, if its model has the same inputs. Use both from
  // one thread.
  Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits,
            const Predictor& same_thread);

  // Errors: those of AudioStream, kCancelled, and kBadModel if the network fails on the audio.
  [[nodiscard]] Result<Prediction> predict(const AudioFile& file,
                                           const WindowOptions& options = {});
  [[nodiscard]] Result<Prediction> predict(std::span<const std::byte> file,
                                           const WindowOptions& options = {}) {
    return predict(AudioFile(file), options);
  }

  // Once a stop is requested, predictions fail with kCancelled at their next window.
  void cancel_by(std::stop_token stop) { stop_ = std::move(stop); }

  // The total over all predictions so far.
  [[nodiscard]] const StageTimes& times() const { return times_; }

  // Classifies existing features, for models with ModelInfo::only_features. features: [n_features]
  // of one window. Values far outside the range of music may give certainties that are not finite.
  // Throws std::invalid_argument if features has the wrong size or the model takes others.
  [[nodiscard]] Classification classify(std::span<const float> features);

  [[nodiscard]] const Model& model() const { return classifier_.model(); }
  [[nodiscard]] const DecodeLimits& limits() const { return limits_; }

 private:
  friend class predict::FilePrediction;
  friend class predict::LivePrediction;
  friend class predict::SegmentPredictor;
  // sum: of the logits over the windows. Nothing if the model has no such output.
  [[nodiscard]] std::optional<float> none_of_these(std::size_t n_windows, double sum) const;
  // novelty: the mean over the windows.
  [[nodiscard]] std::optional<bool> confident(std::span<const float> certainties, double novelty,
                                              std::optional<float> none_of_these,
                                              std::size_t n_windows) const;

  DecodeLimits limits_;
  std::shared_ptr<predict::WindowInputs> inputs_;  // shared within a thread
  std::shared_ptr<predict::Tagger> tagger_;        // once it was needed
  Classifier classifier_;
  std::stop_token stop_;
  StageTimes times_;
};

}  // namespace genre
#pragma GCC visibility pop
