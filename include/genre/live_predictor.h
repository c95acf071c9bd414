// Predicts the genre of audio while it arrives: of a radio station, a microphone, an upload.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "genre/audio.h"
#include "genre/predictor.h"
#include "genre/result.h"

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

// The windows and their values are those of Predictor for the same audio as a file. Memory does not
// grow with the length of the audio. Use it from one thread at a time.
class LivePredictor {
 public:
  // For mono samples at sr (Hz). options: keep_features, duration and feature_set as for a file;
  // max_windows and strict have no effect.
  // Errors: kNeedsWholeFile if the model hears pieces of the whole file (NetworkInput::excerpts);
  // kBadParameter for a rate that is not 1000 to 768000 Hz. Throws std::invalid_argument if an
  // option is out of range.
  [[nodiscard]] static Result<LivePredictor> for_samples(std::shared_ptr<const Model> model, int sr,
                                                         const WindowOptions& options = {});

  // For the bytes of a stream: see AudioFile::stream. pcm: of samples without a header; else the
  // first bytes show the format. The limits for the length have no effect. Decodes on a thread of
  // its own, so that a window may come with a later push than its last byte. Errors: as above.
  [[nodiscard]] static Result<LivePredictor> for_bytes(std::shared_ptr<const Model> model,
                                                       const std::optional<PcmFormat>& pcm = {},
                                                       const WindowOptions& options = {},
                                                       const DecodeLimits& limits = {});
  LivePredictor(LivePredictor&&) noexcept;
  LivePredictor& operator=(LivePredictor&&) noexcept;
  ~LivePredictor();

  // The next samples, or bytes. Returns the windows that are complete since the last call. Errors:
  // kNonFinite; for bytes those of AudioStream. Throws std::logic_error if the other kind is
  // expected, or after finish.
  [[nodiscard]] Result<std::vector<Segment>> push(std::span<const float> y);
  [[nodiscard]] Result<std::vector<Segment>> push(std::span<const std::byte> bytes);

  // The prediction so far, without segments.
  [[nodiscard]] Prediction summary() const;

  // The end of the audio: the last windows, and the prediction of all of them. Its segments are
  // only those that push has not returned. Errors: those of push; kTooShort, kNoSamples.
  [[nodiscard]] Result<Prediction> finish();

 private:
  struct Impl;
  explicit LivePredictor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre
#pragma GCC visibility pop
