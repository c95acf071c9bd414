#include "predict/input_values.h"

#include <algorithm>
#include <stdexcept>

namespace genre::predict {
namespace {

Frontend make_frontend(const FrontendParameters& parameters) {
  auto frontend = Frontend::create(parameters);
  if (!frontend) throw std::invalid_argument(frontend.error().message);  // the model was checked
  return *std::move(frontend);
}

}  // namespace

InputValues::InputValues(const FeaturesInput& input)
    : extractor_(std::in_place, input.feature_set, input.pad_mode),
      patches_(1, std::vector<float>(feature_names(input.feature_set).size())) {}

InputValues::InputValues(const PatchInput& input)
    : frontend_(make_frontend(input.frontend)),
      frames_first_(input.frames_first),
      any_frames_(input.any_frames) {}

int InputValues::sample_rate() const {
  return frontend_ ? frontend_->parameters().sr : kSampleRate;
}

void InputValues::compute(std::span<const float> y) {
  if (extractor_) return extractor_->extract(y, patches_.front());
  const std::size_t patch_frames = frontend_->parameters().patch_frames;
  // A short window is repeated, as in the feature set texture: zeros would look like silence.
  std::vector<float> repeated;
  while (!any_frames_ && frontend_->n_frames(std::max(y.size(), repeated.size())) < patch_frames) {
    repeated.insert(repeated.end(), y.begin(), y.end());
  }
  const Matrix<float> log_mel =
      frontend_->log_mel(repeated.empty() ? y : std::span<const float>(repeated));
  patches_.clear();
  const std::size_t n_frames = log_mel.n_columns;
  if (n_frames <= patch_frames) {
    patches_.push_back(cut(log_mel, 0, n_frames));
    return;
  }
  const std::size_t hop = frontend_->parameters().patch_hop_frames;
  for (std::size_t first = 0; first + patch_frames <= n_frames; first += hop) {
    patches_.push_back(cut(log_mel, first, patch_frames));
    if (!repeated.empty()) return;
  }
}

std::vector<float> InputValues::cut(const Matrix<float>& log_mel, std::size_t first,
                                    std::size_t n_frames) const {
  const std::size_t n_mels = log_mel.n_rows;
  std::vector<float> patch(n_mels * n_frames);
  for (std::size_t mel = 0; mel < n_mels; ++mel) {
    const auto row = log_mel.row(mel).subspan(first, n_frames);
    if (!frames_first_) {
      std::ranges::copy(row, patch.begin() + static_cast<std::ptrdiff_t>(mel * n_frames));
      continue;
    }
    for (std::size_t frame = 0; frame < n_frames; ++frame) patch[frame * n_mels + mel] = row[frame];
  }
  return patch;
}

}  // namespace genre::predict
