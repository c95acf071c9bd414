#include "genre/live_predictor.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "audio/live_decoder.h"
#include "audio/mix.h"
#include "audio/mono_reader.h"
#include "predict/live_prediction.h"

namespace genre {
namespace {

auto append_to(std::vector<Segment>& segments) {
  return [&segments](const Segment& segment) { segments.push_back(segment); };
}

}  // namespace

struct LivePredictor::Impl {
  Impl(std::shared_ptr<const Model> model, const WindowOptions& window_options)
      : predictor(std::move(model)), options(window_options) {}

  // Predicts what the decoder has ready.
  [[gnu::visibility("hidden")]] Result<bool> take(std::vector<Segment>& segments) {
    const auto audio = decoder->take();
    if (!audio) return tl::make_unexpected(audio.error());
    if (!audio->y.empty()) {
      if (!prediction) start(audio->info);
      prediction->push(audio->y, predictor, append_to(segments));
    }
    warnings = audio->warnings;
    return audio->ended;
  }

  [[gnu::visibility("hidden")]] void start(const AudioInfo& audio) {
    info = audio;
    prediction.emplace(predictor.model().info(), audio.sample_rate, options);
  }

  Predictor predictor;
  const WindowOptions options;
  AudioInfo info;
  std::vector<Warning> warnings;
  std::unique_ptr<audio::LiveDecoder> decoder;        // null for samples
  std::optional<predict::LivePrediction> prediction;  // nothing before the first samples of bytes
  bool finished = false;
};

LivePredictor::LivePredictor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LivePredictor::LivePredictor(LivePredictor&&) noexcept = default;
LivePredictor& LivePredictor::operator=(LivePredictor&&) noexcept = default;
LivePredictor::~LivePredictor() = default;

Result<LivePredictor> LivePredictor::for_samples(std::shared_ptr<const Model> model, int sr,
                                                 const WindowOptions& options) {
  if (auto live = predict::check_live(model->info()); !live) {
    return tl::make_unexpected(std::move(live.error()));
  }
  if (auto valid = audio::check_sample_rate(sr); !valid) {
    return fail(ErrorCode::kBadParameter, std::move(valid.error().message));
  }
  auto impl = std::make_unique<Impl>(std::move(model), options);
  impl->start({.sample_rate = sr, .channels = 1, .format = "samples"});
  return LivePredictor(std::move(impl));
}

Result<LivePredictor> LivePredictor::for_bytes(std::shared_ptr<const Model> model,
                                               const std::optional<PcmFormat>& pcm,
                                               const WindowOptions& options,
                                               const DecodeLimits& limits) {
  if (auto live = predict::check_live(model->info()); !live) {
    return tl::make_unexpected(std::move(live.error()));
  }
  auto impl = std::make_unique<Impl>(std::move(model), options);
  impl->decoder = std::make_unique<audio::LiveDecoder>(pcm, limits);
  return LivePredictor(std::move(impl));
}

Result<std::vector<Segment>> LivePredictor::push(std::span<const float> y) {
  if (impl_->decoder || impl_->finished) throw std::logic_error("no samples are expected");
  if (!audio::within_audio_levels(y)) {
    return fail(ErrorCode::kNonFinite,
                "there are samples that are NaN, infinite or far above full scale (+-1)");
  }
  std::vector<Segment> segments;
  impl_->prediction->push(y, impl_->predictor, append_to(segments));
  return segments;
}

Result<std::vector<Segment>> LivePredictor::push(std::span<const std::byte> bytes) {
  if (!impl_->decoder || impl_->finished) throw std::logic_error("no bytes are expected");
  std::vector<Segment> segments;
  while (true) {
    // Both ways make room for more bytes: predicting what is decoded, and waiting for the decoder.
    if (auto taken = impl_->take(segments); !taken) {
      return tl::make_unexpected(std::move(taken.error()));
    } else if (bytes.empty() || *taken) {
      return segments;  // what follows the end of the audio does not belong to it
    }
    const int input = impl_->decoder->input();
    const ssize_t n = send(input, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      constexpr int kMilliseconds = 10;  // then the decoder may have become full, too
      pollfd room{input, POLLOUT, 0};
      poll(&room, 1, kMilliseconds);
    } else {
      impl_->decoder->wait();  // it has ended
    }
  }
}

Prediction LivePredictor::summary() const {
  if (impl_->prediction) {
    Prediction prediction = impl_->prediction->summary(impl_->predictor);
    prediction.audio = impl_->info;
    return prediction;
  }
  const ModelInfo& model = impl_->predictor.model().info();
  return predict::SegmentPredictor(model, impl_->options, nullptr).summary(0, impl_->predictor);
}

Result<Prediction> LivePredictor::finish() {
  if (std::exchange(impl_->finished, true)) throw std::logic_error("finish was called before");
  std::vector<Segment> segments;
  if (impl_->decoder) {
    impl_->decoder->end_input();
    for (bool ended = false; !ended;) {
      impl_->decoder->wait();
      auto taken = impl_->take(segments);
      if (!taken) return tl::make_unexpected(std::move(taken.error()));
      ended = *taken;
    }
  }
  const auto n = static_cast<double>(impl_->prediction->n_pushed());
  if (n == 0) return fail(ErrorCode::kNoSamples, "no samples were pushed");
  const double seconds = n / impl_->info.sample_rate, least = DecodeLimits().min_duration;
  if (!impl_->decoder && seconds < least) {  // of bytes, the decoder checks it
    return tl::make_unexpected(audio::too_short(seconds, least));
  }
  impl_->prediction->finish(impl_->predictor, append_to(segments));
  Prediction prediction = summary();
  prediction.segments = std::move(segments);
  std::ranges::copy(impl_->warnings,
                    std::inserter(prediction.warnings, prediction.warnings.begin()));
  return prediction;
}

}  // namespace genre
