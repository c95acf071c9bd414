#include "predict/source_audio.h"

#include <algorithm>
#include <cmath>

namespace genre::predict {

SourceAudio::SourceAudio(const ModelInfo& model, int sr, std::optional<File> file)
    : sr_(sr), file_(std::move(file)) {
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

void SourceAudio::add(std::int64_t first, std::span<const float> y) {
  if (keeps_windows_) {
    const auto begin = static_cast<std::size_t>(first);
    if (begin != first_ + y_.size()) {
      y_.clear();
      first_ = begin;
    }
    y_.insert(y_.end(), y.begin(), y.end());
  }
  if (file_) return;
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

Result<void> SourceAudio::open(WholeFile& input) const {
  auto stream = file_->open();
  if (!stream) return tl::make_unexpected(stream.error());
  input.stream = std::move(*stream);
  return input.stream->length().map([&](std::optional<std::int64_t> n) {
    if (file_->duration) n = std::llround(*file_->duration * sr_);
    input.spans = input.excerpts.spans(static_cast<std::size_t>(n.value_or(0)));
  });
}

std::size_t SourceAudio::n_pieces(const WholeFile& input) const {
  return file_ ? input.spans.size() : input.excerpts.pieces().size();
}

Result<std::span<const float>> SourceAudio::next_piece(WholeFile& input) const {
  if (!file_) return input.excerpts.pieces()[input.n_done];
  const auto [start, length] = input.spans[input.n_done];
  input.piece.resize(length);
  return input.stream->seek(static_cast<std::int64_t>(start))
      .and_then([&] { return input.stream->read(input.piece); })
      .map([&](std::size_t n) { return std::span<const float>(input.piece).first(n); });
}

Result<bool> SourceAudio::compute_next(WindowInputs& inputs) {
  for (WholeFile& input : whole_file_) {
    if (file_ && !input.stream) {
      if (auto opened = open(input); !opened) return tl::make_unexpected(opened.error());
    }
    if (input.n_done == n_pieces(input)) continue;
    const auto piece = next_piece(input);
    if (!piece) return tl::make_unexpected(piece.error());
    if (piece->empty()) {
      input.spans.resize(input.n_done);
    } else {
      const auto values = inputs.embedding(input.input).compute({.y = *piece, .sr = sr_});
      input.values.resize(values.size());
      std::ranges::transform(values, input.values, input.values.begin(), std::plus());
      ++input.n_done;
    }
    if (input.n_done == n_pieces(input)) {
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
