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
  if (windows_->ended()) {
    if (classify_waiting(predictor) || hear_tags(predictor)) return std::nullopt;
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
  } else if (windows_->ended() && waiting_.empty() && !tags_) {
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
  if (needs_source(model)) {
    source_ = std::make_unique<SourceAudio>(model, stream_->info().sample_rate);
    whole_file_ = has_whole_file_input(model);
  }
  if (options_.n_tags > 0) {
    if (auto begun = begin_tags(predictor); !begun) return begun;
  }
  if (source_ || tag_source_) {
    stream_->on_decoded([source = source_.get(), tags = tag_source_.get()](auto y) {
      if (source) source->add(y);
      if (tags) tags->add(y);
    });
  }
  if (!options_.hop) options_.hop = options_.window.value_or(model.hop);
  if (!options_.window) options_.window = model.window;
  windows_.emplace(*stream_, model.sample_rate(), options_);
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
  if (tags_ && !tag_source_ && !segment.silent) {
    const auto values = inputs.values(tags_->input, 0);  // empty if it hears the whole file
    tag_values_.resize(values.size());
    std::ranges::transform(values, tag_values_, tag_values_.begin(), std::plus());
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

bool FilePrediction::classify_waiting(Predictor& predictor) {
  if (n_classified_ == waiting_.size()) return false;
  if (n_classified_ == 0) {
    const base::Stopwatch stopwatch(predictor.times_.model);
    if (source_->compute_next(*predictor.inputs_)) return true;
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
  tag_source_ = std::make_unique<SourceAudio>(predictor.tagger_->info, stream_->info().sample_rate);
  return {};
}

bool FilePrediction::hear_tags(Predictor& predictor) {
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
  return whole_file_ && source_->compute_next(*predictor.inputs_);
}

void FilePrediction::finish_tags() {
  if (!tags_) return;
  prediction_.tags.emplace();
  std::span<const float> values = (tag_source_ ? *tag_source_ : *source_).values(tags_->input);
  if (values.empty()) {
    const std::size_t n_heard = pool_->n_windows();
    if (n_heard == 0) return;  // silence, and the network hears no silent windows
    for (float& value : tag_values_) value /= static_cast<float>(n_heard);
    values = tag_values_;
  }
  prediction_.tags = top_tags(*tags_, values, options_.n_tags);
}

std::vector<float> FilePrediction::equal() const {
  const std::size_t n_labels = prediction_.labels.size();
  return std::vector<float>(n_labels, 1.0F / static_cast<float>(n_labels));
}

Prediction FilePrediction::finish(Predictor& predictor) {
  prediction_.duration = windows_->duration();
  predictor.times_.audio += prediction_.duration;
  finish_tags();
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
