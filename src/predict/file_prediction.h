// The prediction of one file, step by step, so that a thread can work on several files in turn.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "genre/predictor.h"
#include "predict/segment_predictor.h"
#include "predict/source_audio.h"
#include "predict/tags.h"
#include "predict/windows.h"

namespace genre::predict {

// Use it from one thread at a time, with any predictor of the same model.
class FilePrediction {
 public:
  // file: its bytes must outlive this object.
  FilePrediction(AudioFile file, const WindowOptions& options)
      : file_(std::move(file)), options_(options) {}
  FilePrediction(const FilePrediction&) = delete;  // windows_ refers to stream_
  FilePrediction& operator=(const FilePrediction&) = delete;

  // Opens the file, or reads a few seconds of audio and predicts at most one window. If the model
  // has inputs that depend on the whole file, the windows are classified after its end, some in
  // each step. Returns the prediction after the last step, else nothing. Errors: those of
  // Predictor::predict; kTooLong if there are more than max_windows windows.
  [[nodiscard]] Result<std::optional<Prediction>> step(Predictor& predictor,
                                                       const std::stop_token& stop);

  // How much of the file is done, 0 to 1. Nothing while its length is not known. May read the whole
  // file once, without decoding it.
  [[nodiscard]] std::optional<double> progress();

  [[nodiscard]] std::size_t n_windows() const { return segments_.size(); }
  void limit_windows(std::size_t max_windows) { options_.max_windows = max_windows; }

 private:
  // A window that is classified after the end of the file.
  struct Waiting {
    std::size_t segment;
    std::vector<std::vector<std::vector<float>>> values;  // [n_patches][n_inputs]
  };

  [[nodiscard]] Result<void> open(Predictor& predictor);
  // Finds the windows to hear if not all (WindowOptions::excerpts).
  [[nodiscard]] Result<void> choose_windows();
  // Reads a few seconds of a file whose length no header tells.
  [[nodiscard]] Result<void> count_samples();
  // Starts again with the length that the file has.
  void start_again(std::size_t n_samples);
  void read(const WindowReader::Window& window, Predictor& predictor);
  // Returns whether there are more. Errors: those of AudioStream.
  [[nodiscard]] Result<bool> classify_waiting(Predictor& predictor);
  [[nodiscard]] Result<void> begin_tags(Predictor& predictor);
  // Returns whether there is more to hear. Errors: those of AudioStream.
  [[nodiscard]] Result<bool> hear_tags(Predictor& predictor);
  [[nodiscard]] std::optional<std::vector<Tag>> finish_tags();
  // For the inputs of a model, or the tagger, that take the file's own samples.
  [[nodiscard]] std::unique_ptr<SourceAudio> make_source(const ModelInfo& info,
                                                         const Predictor& predictor) const;
  [[nodiscard]] DecodeLimits limits_of(const Predictor& predictor) const;
  [[nodiscard]] Prediction finish(Predictor& predictor);

  AudioFile file_;
  WindowOptions options_;
  std::optional<AudioStream> stream_;
  std::optional<WindowReader> windows_;
  std::optional<SegmentPredictor> predict_;  // the stream refers to its source
  bool whole_file_ = false;                  // the model has inputs that depend on all of it
  std::optional<std::size_t> n_samples_;  // of the file at the model's rate, if they were counted
  bool counting_ = false;
  std::optional<std::optional<std::int64_t>> length_;  // of the file at the model's rate
  std::vector<Waiting> waiting_;
  std::size_t n_classified_ = 0;             // of waiting_
  std::optional<TagLogits> tags_;            // if tags are wanted
  std::unique_ptr<SourceAudio> tag_source_;  // for Model::tagger; the stream refers to it
  std::vector<float> tag_values_;            // the sum over windows, if they are heard one by one
  bool excerpts_ = false;                    // Prediction::excerpts
  std::vector<Segment> segments_;            // so far
};

}  // namespace genre::predict
