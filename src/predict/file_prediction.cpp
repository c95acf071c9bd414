#include "predict/file_prediction.h"

#include <fmt/format.h>

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

Warning all_silent(double duration) {
  return {.code = WarningCode::kSilence,
          .message = "the audio is silent, so all genres are equally likely",
          .from = 0,
          .to = duration};
}

// The input with this feature set.
std::optional<std::size_t> find_features(const ModelInfo& model, FeatureSet feature_set) {
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const auto* features = std::get_if<FeaturesInput>(&model.inputs[i].source);
    if (features && features->feature_set == feature_set) return i;
  }
  return std::nullopt;
}

bool has_whole_file_input(const ModelInfo& model) {
  return std::ranges::any_of(model.inputs, [](const ModelInput& input) {
    const auto* network = std::get_if<NetworkInput>(&input.source);
    return network && network->excerpts;
  });
}

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
  if (!options_.hop) options_.hop = options_.window.value_or(model.hop);
  if (!options_.window) options_.window = model.window;
  windows_.emplace(*stream_, model.sample_rate(), options_);
  if (auto chosen = choose_windows(); !chosen || counting_) return chosen;
  if (needs_source(model)) {
    const int sr = stream_->info().sample_rate;
    std::optional<SourceAudio::File> file;
    if (prediction_.excerpts) {
      file = {.open = [this, sr, limits] { return AudioStream::open(file_, sr, limits); }};
      if (n_samples_) file->duration = static_cast<double>(*n_samples_) / model.sample_rate();
    }
    source_ = std::make_unique<SourceAudio>(model, sr, std::move(file));
    stream_->on_decoded([source = source_.get()](std::int64_t first, std::span<const float> y) {
      source->add(first, y);
    });
    whole_file_ = has_whole_file_input(model);
  }
  pool_.emplace(model.labels.size(), model.window_correlation);
  prediction_.labels = model.labels;
  prediction_.audio = stream_->info();
  prediction_.feature_set = options_.feature_set.value_or(model.shown_features());
  if (options_.keep_features) {
    features_ = find_features(model, prediction_.feature_set);
    if (!features_) other_.emplace(prediction_.feature_set);
  }
  return {};
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
    n_samples = *length;
  }
  counting_ = !n_samples;
  prediction_.excerpts =
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
  source_.reset();
  waiting_.clear();
  prediction_ = {};
  silence_ = {};
  novelty_ = none_ = 0;
}

void FilePrediction::read(const WindowReader::Window& window, Predictor& predictor) {
  Segment segment{.start = window.start,
                  .end = window.end,
                  .certainties = equal(),
                  .features = {},
                  .silent = is_silent(window.y)};
  WindowInputs& inputs = *predictor.inputs_;
  if (!segment.silent || options_.keep_features) {
    const base::Stopwatch stopwatch(predictor.times_.features);
    inputs.compute({.y = window.y, .sr = predictor.model().info().sample_rate()},
                   source_ ? source_->window(window.start, window.end) : Samples{});
    if (other_) {
      segment.features.resize(feature_names(prediction_.feature_set).size());
      other_->extract(window.y, segment.features);
    } else if (features_) {
      const auto kept = inputs.values(*features_, 0);
      segment.features.assign(kept.begin(), kept.end());
    }
  }
  if (segment.silent) {
    silence_.add(WarningCode::kSilence, window.start, window.end);
  } else if (whole_file_) {
    waiting_.push_back({n_windows(), inputs.copy()});
  } else {
    classify(
        segment, inputs.n_patches(),
        [&](std::size_t input, std::size_t patch) { return inputs.values(input, patch); },
        predictor);
  }
  prediction_.segments.push_back(std::move(segment));
}

void FilePrediction::classify(Segment& segment, std::size_t n_patches, const ValuesOf& values,
                              Predictor& predictor) {
  const base::Stopwatch stopwatch(predictor.times_.model);
  Classifier& classifier = predictor.classifier_;
  std::vector<std::span<const float>> inputs(predictor.model().info().inputs.size());
  std::vector<float> certainties(segment.certainties.size());
  std::ranges::fill(segment.certainties, 0.0F);
  const auto n = static_cast<float>(n_patches);
  for (std::size_t patch = 0; patch < n_patches; ++patch) {
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = values(i, patch);
    classifier.predict_proba(inputs, certainties);
    for (std::size_t label = 0; label < certainties.size(); ++label) {
      segment.certainties[label] += certainties[label] / n;
    }
    segment.novelty += classifier.novelty() / n;
    segment.none += classifier.none() / n;
  }
  pool_->add(segment.certainties);
  novelty_ += segment.novelty;
  none_ += segment.none;
}

Result<bool> FilePrediction::classify_waiting(Predictor& predictor) {
  if (n_classified_ == waiting_.size()) return false;
  if (n_classified_ == 0) {
    const base::Stopwatch stopwatch(predictor.times_.model);
    const auto more = source_->compute_next(*predictor.inputs_);
    if (!more || *more) return more;
  }
  for (std::size_t i = 0; i < kWindowsPerStep && n_classified_ < waiting_.size(); ++i) {
    const Waiting& window = waiting_[n_classified_++];
    classify(
        prediction_.segments[window.segment], window.values.size(),
        [&](std::size_t input, std::size_t patch) {
          const std::span<const float> own = window.values[patch][input];
          return own.empty() ? source_->values(input) : own;
        },
        predictor);
  }
  return n_classified_ < waiting_.size();
}

std::vector<float> FilePrediction::equal() const {
  const std::size_t n_labels = prediction_.labels.size();
  return std::vector<float>(n_labels, 1.0F / static_cast<float>(n_labels));
}

Prediction FilePrediction::finish(Predictor& predictor) {
  prediction_.duration = windows_->duration();
  predictor.times_.audio += prediction_.duration;
  ++predictor.times_.predictions;
  prediction_.warnings = stream_->warnings();
  const std::size_t n_pooled = pool_->n_windows();
  if (n_pooled == 0) {
    prediction_.certainties = equal();
    prediction_.confident = false;
    prediction_.warnings.push_back(all_silent(prediction_.duration));
    return std::move(prediction_);
  }
  prediction_.certainties = pool_->certainties();
  prediction_.none_of_these = predictor.none_of_these(n_pooled, none_);
  prediction_.confident =
      predictor.confident(prediction_.certainties, novelty_ / static_cast<double>(n_pooled),
                          prediction_.none_of_these, n_pooled);
  std::ranges::move(silence_.list(), std::back_inserter(prediction_.warnings));
  return std::move(prediction_);
}

}  // namespace genre::predict
