#include "predict/file_prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
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
    auto more = classify_waiting(predictor);
    if (more && !*more) more = hear_tags(predictor);
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
  } else if (windows_->ended() && waiting_.empty() && !tags_) {
    return finish(predictor);
  }
  return std::nullopt;
}

DecodeLimits FilePrediction::limits_of(const Predictor& predictor) const {
  DecodeLimits limits = predictor.limits_;
  limits.strict = options_.strict.value_or(limits.strict);
  return limits;
}

Result<void> FilePrediction::open(Predictor& predictor) {
  const ModelInfo& model = predictor.model().info();
  auto stream = AudioStream::open(file_, model.sample_rate(), limits_of(predictor));
  if (!stream) return tl::make_unexpected(stream.error());
  stream_ = std::move(*stream);
  predictor.times_.decode += stream_->times().decode;
  predictor.times_.resample += stream_->times().resample;
  options_ = with_windows_of(model, options_);
  windows_.emplace(*stream_, model.sample_rate(), options_);
  if (auto chosen = choose_windows(); !chosen || counting_) return chosen;
  predict_.emplace(model, options_, needs_source(model) ? make_source(model, predictor) : nullptr);
  whole_file_ = needs_whole_file(model);
  if (options_.n_tags > 0) {
    if (auto begun = begin_tags(predictor); !begun) return begun;
  }
  SourceAudio* const source = predict_->source();
  if (source || tag_source_) {
    stream_->on_decoded(
        [source, tags = tag_source_.get()](std::int64_t first, std::span<const float> y) {
          if (source) source->add(first, y);
          if (tags) tags->add(first, y);
        });
  }
  return {};
}

std::unique_ptr<SourceAudio> FilePrediction::make_source(const ModelInfo& info,
                                                         const Predictor& predictor) const {
  const int sr = stream_->info().sample_rate;
  std::optional<SourceAudio::File> file;
  if (excerpts_) {
    file = {.open = [this, sr, limits = limits_of(predictor)] {
      return AudioStream::open(file_, sr, limits);
    }};
    if (n_samples_) {
      file->duration = static_cast<double>(*n_samples_) / predictor.model().info().sample_rate();
    }
  }
  return std::make_unique<SourceAudio>(info, sr, std::move(file));
}

std::optional<double> FilePrediction::progress() {
  if (!windows_ || counting_) return std::nullopt;
  // The windows of a model that hears the whole file are classified after its end.
  const double reading = whole_file_ ? 0.5 : 1;
  if (windows_->ended()) {
    const auto n = static_cast<double>(std::max<std::size_t>(1, waiting_.size()));
    return reading + (1 - reading) * static_cast<double>(n_classified_) / n;
  }
  if (!length_) length_.emplace(stream_->length().value_or(std::nullopt));
  std::optional<double> n_samples;
  if (*length_) n_samples = static_cast<double>(**length_);
  if (n_samples_) n_samples = static_cast<double>(*n_samples_);
  if (!n_samples) return std::nullopt;
  return reading * std::min(1.0, static_cast<double>(windows_->position()) / *n_samples);
}

Result<void> FilePrediction::choose_windows() {
  if (!options_.excerpts) return {};
  std::optional<std::int64_t> n_samples;
  if (n_samples_) {
    n_samples = static_cast<std::int64_t>(*n_samples_);
  } else {
    const auto length = stream_->length();
    if (!length) return tl::make_unexpected(length.error());
    n_samples = length_.emplace(*length);
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
  tag_source_.reset();
  tag_values_.clear();
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
  if (tags_ && !tag_source_ && !segment.silent) {
    const auto values = predictor.inputs_->values(tags_->input, 0);  // empty: the whole file
    tag_values_.resize(values.size());
    std::ranges::transform(values, tag_values_, tag_values_.begin(), std::plus());
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

Result<void> FilePrediction::begin_tags(Predictor& predictor) {
  const Model& model = predictor.model();
  tags_ = find_tags(model);
  if (tags_) return {};
  if (!model.tagger()) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("the model {} hears no tags: it has no network with labels that are "
                            "independent of each other, such as mn04",
                            model.info().name));
  }
  if (!predictor.tagger_) predictor.tagger_ = std::make_shared<Tagger>(model.tagger());
  tags_ = predictor.tagger_->logits;
  tag_source_ = make_source(predictor.tagger_->info, predictor);
  return {};
}

Result<bool> FilePrediction::hear_tags(Predictor& predictor) {
  if (!tags_) return false;
  const base::Stopwatch stopwatch(predictor.times_.model);
  if (tag_source_) {
    // Not the predictor that began the file, perhaps: then its tagger is made here.
    if (!predictor.tagger_) {
      predictor.tagger_ = std::make_shared<Tagger>(predictor.model().tagger());
    }
    return tag_source_->compute_next(predictor.tagger_->inputs);
  }
  // Silent files have no window that waits, but can be heard.
  return whole_file_ ? predict_->source()->compute_next(*predictor.inputs_) : false;
}

std::optional<std::vector<Tag>> FilePrediction::finish_tags() {
  if (!tags_) return std::nullopt;
  std::span<const float> values =
      (tag_source_ ? *tag_source_ : *predict_->source()).values(tags_->input);
  if (values.empty()) {
    const std::size_t n_heard = predict_->n_pooled();
    // None of silence, if the network hears no silent windows.
    if (n_heard == 0) return std::vector<Tag>();
    for (float& value : tag_values_) value /= static_cast<float>(n_heard);
    values = tag_values_;
  }
  return top_tags(*tags_, values, options_.n_tags);
}

Prediction FilePrediction::finish(Predictor& predictor) {
  Prediction prediction = predict_->summary(windows_->duration(), predictor);
  predictor.times_.audio += prediction.duration;
  ++predictor.times_.predictions;
  prediction.audio = stream_->info();
  prediction.tags = finish_tags();
  prediction.excerpts = excerpts_;
  prediction.segments = std::move(segments_);
  std::vector<Warning> silence = std::exchange(prediction.warnings, stream_->warnings());
  std::ranges::move(silence, std::back_inserter(prediction.warnings));
  return prediction;
}

}  // namespace genre::predict
