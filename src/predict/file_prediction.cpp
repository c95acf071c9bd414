#include "predict/file_prediction.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/stopwatch.h"
#include "predict/window_inputs.h"

namespace genre::predict {
namespace {

// Classified in one step after the end of a file: as long as a window of audio takes.
constexpr std::size_t kWindowsPerStep = 32;

}  // namespace

Result<std::optional<Prediction>> FilePrediction::step(Predictor& predictor,
                                                       const std::stop_token& stop) {
  if (stop.stop_requested()) return tl::make_unexpected(cancelled());
  if (!stream_) {
    if (auto opened = open(predictor); !opened) return tl::make_unexpected(opened.error());
    return std::nullopt;  // opening can take as long as a window: some formats are searched
  }
  if (windows_->ended()) {
    if (classify_waiting(predictor)) return std::nullopt;
    return finish(predictor);
  }
  const AudioStream::Times before = stream_->times();
  const auto window = windows_->read_on();
  predictor.times_.decode += stream_->times().decode - before.decode;
  predictor.times_.resample += stream_->times().resample - before.resample;
  if (!window) return tl::make_unexpected(window.error());
  if (*window) {
    if (n_windows() >= options_.max_windows) {
      return tl::make_unexpected(too_many_windows(options_.max_windows));
    }
    read(**window, predictor);
  } else if (windows_->ended() && waiting_.empty()) {
    return finish(predictor);
  }
  return std::nullopt;
}

Result<void> FilePrediction::open(Predictor& predictor) {
  const ModelInfo& model = predictor.model().info();
  DecodeLimits limits = predictor.limits_;
  limits.strict = options_.strict.value_or(limits.strict);
  auto stream = AudioStream::open(file_, model.sample_rate(), limits);
  if (!stream) return tl::make_unexpected(stream.error());
  stream_ = std::move(*stream);
  predictor.times_.decode += stream_->times().decode;
  predictor.times_.resample += stream_->times().resample;
  predict_.emplace(model, stream_->info().sample_rate, options_);
  if (SourceAudio* source = predict_->source()) {
    stream_->on_decoded([source](std::span<const float> y) { source->add(y); });
  }
  whole_file_ = needs_whole_file(model);
  windows_.emplace(*stream_, model.sample_rate(), with_windows_of(model, options_));
  return {};
}

void FilePrediction::read(const WindowReader::Window& window, Predictor& predictor) {
  Segment segment = predict_->read(window, predictor);
  if (!segment.silent && whole_file_) {
    waiting_.push_back({n_windows(), predictor.inputs_->copy()});
  } else if (!segment.silent) {
    predict_->classify(segment, predictor);
  }
  segments_.push_back(std::move(segment));
}

bool FilePrediction::classify_waiting(Predictor& predictor) {
  if (n_classified_ == waiting_.size()) return false;
  SourceAudio& source = *predict_->source();
  if (n_classified_ == 0) {
    const base::Stopwatch stopwatch(predictor.times_.model);
    if (source.compute_next(*predictor.inputs_)) return true;
  }
  for (std::size_t i = 0; i < kWindowsPerStep && n_classified_ < waiting_.size(); ++i) {
    const Waiting& window = waiting_[n_classified_++];
    predict_->classify(
        segments_[window.segment], window.values.size(),
        [&](std::size_t input, std::size_t patch) {
          const std::span<const float> own = window.values[patch][input];
          return own.empty() ? source.values(input) : own;
        },
        predictor);
  }
  return n_classified_ < waiting_.size();
}

Prediction FilePrediction::finish(Predictor& predictor) {
  Prediction prediction = predict_->summary(windows_->duration(), predictor);
  predictor.times_.audio += prediction.duration;
  ++predictor.times_.predictions;
  prediction.audio = stream_->info();
  prediction.segments = std::move(segments_);
  std::vector<Warning> silence = std::exchange(prediction.warnings, stream_->warnings());
  std::ranges::move(silence, std::back_inserter(prediction.warnings));
  return prediction;
}

}  // namespace genre::predict
