#include "predict/source_audio.h"

#include <algorithm>
#include <cmath>

namespace genre::predict {

SourceAudio::SourceAudio(const ModelInfo& model, int sr) : sr_(sr) {
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const ModelInput& input = model.inputs[i];
    const auto* network = std::get_if<NetworkInput>(&input.source);
    const auto* patch = std::get_if<PatchInput>(&input.source);
    if (network && network->excerpts) {
      whole_file_.push_back({i, Excerpts(*network->excerpts, sr)});
    } else if (network || (patch && patch->frontend.sr != model.sample_rate())) {
      keeps_windows_ = true;
    }
  }
}

void SourceAudio::add(std::span<const float> y) {
  if (keeps_windows_) y_.insert(y_.end(), y.begin(), y.end());
  for (WholeFile& input : whole_file_) input.excerpts.add(y);
}

Samples SourceAudio::window(double start, double end) {
  const auto at = [&](double seconds) {
    const auto sample = static_cast<std::size_t>(std::llround(seconds * sr_));
    return std::min(std::max(sample, first_) - first_, y_.size());
  };
  const std::size_t forgotten = at(start);
  y_.erase(y_.begin(), y_.begin() + static_cast<std::ptrdiff_t>(forgotten));
  first_ += forgotten;
  return {.y = std::span(y_).first(at(end)), .sr = sr_};
}

bool SourceAudio::compute_next(WindowInputs& inputs) {
  for (WholeFile& input : whole_file_) {
    const auto pieces = input.excerpts.pieces();
    if (input.n_done == pieces.size()) continue;
    const auto values =
        inputs.embedding(input.input).compute({.y = pieces[input.n_done], .sr = sr_});
    input.values.resize(values.size());
    std::ranges::transform(values, input.values, input.values.begin(), std::plus());
    if (++input.n_done == pieces.size()) {
      for (float& value : input.values) value /= static_cast<float>(input.n_done);
    }
    return true;
  }
  return false;
}

std::span<const float> SourceAudio::values(std::size_t input) const {
  const auto found = std::ranges::find(whole_file_, input, &WholeFile::input);
  return found == whole_file_.end() ? std::span<const float>() : found->values;
}

}  // namespace genre::predict
