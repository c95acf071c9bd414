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

// While the length of a file is found: some seconds of audio.
constexpr std::size_t kCountedPerStep = std::size_t{1} << 17;

}  // namespace

Result<std::optional<Prediction>> FilePrediction::step(Predictor& predictor,
                                                       const std::stop_token& stop) {
  if (stop.stop_requested()) return tl::make_unexpected(cancelled());
  if (!stream_) {
    if (auto opened = open(predictor); !opened) return tl::make_unexpected(opened.error());
    return std::nullopt;  // opening can take as long as a window: some formats are searched
  }
  if (counting_) {
    if (auto counted = count_samples(); !counted) return tl::make_unexpected(counted.error());
    return std::nullopt;
  }
  if (windows_->ended()) {
    const auto more = classify_waiting(predictor);
    if (!more) return tl::make_unexpected(more.error());
    if (*more) return std::nullopt;
    return finish(predictor);
  }
  const AudioStream::Times before = stream_->times();
  const auto window = windows_->read_on();
  predictor.times_.decode += stream_->times().decode - before.decode;
  predictor.times_.resample += stream_->times().resample - before.resample;
  if (!window) return tl::make_unexpected(window.error());
  if (windows_->ended_early() && !n_samples_) {  // the header was wrong
    start_again(windows_->position());
    return std::nullopt;
  }
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
  options_ = with_windows_of(model, options_);
  windows_.emplace(*stream_, model.sample_rate(), options_);
  if (auto chosen = choose_windows(); !chosen || counting_) return chosen;
  const int sr = stream_->info().sample_rate;
  std::optional<SourceAudio::File> file;
  if (excerpts_) {
    file = {.open = [this, sr, limits] { return AudioStream::open(file_, sr, limits); }};
    if (n_samples_) file->duration = static_cast<double>(*n_samples_) / model.sample_rate();
  }
  predict_.emplace(model, sr, options_, std::move(file));
  if (SourceAudio* source = predict_->source()) {
    stream_->on_decoded(
        [source](std::int64_t first, std::span<const float> y) { source->add(first, y); });
  }
  whole_file_ = needs_whole_file(model);
  return {};
}

Result<void> FilePrediction::choose_windows() {
  if (!options_.excerpts) return {};
  std::optional<std::int64_t> n_samples;
  if (n_samples_) {
    n_samples = static_cast<std::int64_t>(*n_samples_);
  } else {
    const auto length = stream_->length();
    if (!length) return tl::make_unexpected(length.error());
    n_samples = *length;
  }
  counting_ = !n_samples;
  excerpts_ =
      n_samples && windows_->choose(*options_.excerpts, static_cast<std::size_t>(*n_samples));
  return {};
}

Result<void> FilePrediction::count_samples() {
  std::vector<float> y(kCountedPerStep);
  const auto got = stream_->read(y);
  if (!got) return tl::make_unexpected(got.error());
  if (*got < y.size()) start_again(static_cast<std::size_t>(stream_->position()));
  return {};
}

void FilePrediction::start_again(std::size_t n_samples) {
  n_samples_ = n_samples;
  counting_ = false;
  windows_.reset();
  stream_.reset();
  predict_.reset();
  waiting_.clear();
  segments_.clear();
  excerpts_ = false;
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

Result<bool> FilePrediction::classify_waiting(Predictor& predictor) {
  if (n_classified_ == waiting_.size()) return false;
  SourceAudio& source = *predict_->source();
  if (n_classified_ == 0) {
    const base::Stopwatch stopwatch(predictor.times_.model);
    const auto more = source.compute_next(*predictor.inputs_);
    if (!more || *more) return more;
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
  prediction.excerpts = excerpts_;
  prediction.segments = std::move(segments_);
  std::vector<Warning> silence = std::exchange(prediction.warnings, stream_->warnings());
  std::ranges::move(silence, std::back_inserter(prediction.warnings));
  return prediction;
}

}  // namespace genre::predict
