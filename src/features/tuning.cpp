#include "features/tuning.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace genre {
namespace {

constexpr float kA0Hz = 440.0F / 16.0F;  // A0, from which octaves are counted
constexpr std::size_t kNoTuning = 50;
static_assert(tuning_value(kNoTuning) == 0.0);

float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// Which histogram bin a pitch falls into: its distance in semitones from the nearest note.
std::size_t tuning_index(float hz) {
  float residual = 12 * std::log2(hz / kA0Hz);
  residual -= std::floor(residual);
  if (residual >= 0.5F) residual -= 1.0F;
  auto index = static_cast<std::size_t>(std::clamp((residual + 0.5) * kNTunings, 0.0, 99.0));
  while (index > 0 && residual < tuning_value(index)) --index;
  while (index + 1 < kNTunings && residual >= tuning_value(index + 1)) ++index;
  return index;
}

}  // namespace

void TuningEstimator::start() {
  pitches_.clear();
  magnitudes_.clear();
}

// librosa.piptrack for one frame. Sums are rounded to float32 where librosa's are.
void TuningEstimator::add(std::span<const float, kNBins> power) {
  const float reference = kPeakThreshold * *std::ranges::max_element(power);
  for (std::size_t bin = kFirstPitchBin; bin < kEndPitchBin; ++bin) {
    const float left = power[bin - 1], peak = power[bin], right = power[bin + 1];
    if (!(peak > reference && peak > left && peak >= right)) continue;

    // The vertex of the parabola through the three points, if it is within a bin.
    const double curvature = static_cast<double>(right + left) - 2.0 * peak;
    const double slope = static_cast<double>(right - left) / 2;
    const float shift =
        std::fabs(slope) >= std::fabs(curvature) ? 0.0F : static_cast<float>(-slope / curvature);
    const double position = static_cast<double>(bin) + shift;
    pitches_.push_back(static_cast<float>(position * kSampleRate / kNFft));
    magnitudes_.push_back(peak + 0.5F * ((right - left) / 2) * shift);
  }
}

std::size_t TuningEstimator::finish() {
  if (pitches_.empty()) return kNoTuning;
  sorted_ = magnitudes_;
  const float threshold = median(sorted_);
  std::array<std::size_t, kNTunings> counts{};
  for (std::size_t i = 0; i < pitches_.size(); ++i) {
    if (magnitudes_[i] >= threshold) ++counts[tuning_index(pitches_[i])];
  }
  return static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
}

}  // namespace genre
