#include "predict/overview.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "features/compression.h"
#include "predict/windows.h"

namespace genre::predict {
namespace {

constexpr std::size_t kStep = std::size_t{1} << 16U;  // samples read in a step: 3 s
constexpr double kSilentPower = 1e-4;                 // about that of a tone at kSilenceLevel

// Those of librosa.feature.melspectrogram, but for the number of mels, which is what a picture
// shows, and for center, because the clip comes in pieces: FileOverview pads it itself.
FrontendParameters parameters() { return {.center = false, .n_mels = 96}; }

// A column covers the middle hop_length samples of its frame.
std::size_t padding(const FrontendParameters& p) { return (p.n_fft - p.hop_length) / 2; }

std::size_t frames_in(std::size_t n_samples, const FrontendParameters& p) {
  return n_samples < p.n_fft ? 0 : 1 + (n_samples - p.n_fft) / p.hop_length;
}

// The constructor cannot return an error, and these parameters are valid.
Frontend make_frontend() { return std::move(Frontend::create(parameters()).value()); }

}  // namespace

void OverviewBins::add(float min, float max, std::span<const float> power) {
  if (n_columns_ == max_bins_ * columns_per_bin_) halve();
  if (n_columns_++ % columns_per_bin_ == 0) {
    min_.push_back(min);
    max_.push_back(max);
    power_.insert(power_.end(), power.begin(), power.end());
    return;
  }
  min_.back() = std::min(min_.back(), min);
  max_.back() = std::max(max_.back(), max);
  const auto last = power_.end() - static_cast<std::ptrdiff_t>(n_mels_);
  std::transform(power.begin(), power.end(), last, last, std::plus());
}

// An odd bin at the end stays a bin, which later columns complete.
void OverviewBins::halve() {
  columns_per_bin_ *= 2;
  const std::size_t n_bins = (min_.size() + 1) / 2;
  for (std::size_t i = 0; i < n_bins; ++i) {
    const std::size_t a = 2 * i;
    const std::size_t b = std::min(a + 1, min_.size() - 1);
    min_[i] = std::min(min_[a], min_[b]);
    max_[i] = std::max(max_[a], max_[b]);
    for (std::size_t mel = 0; mel < n_mels_; ++mel) {
      const float more = a == b ? 0 : power_[b * n_mels_ + mel];
      power_[i * n_mels_ + mel] = power_[a * n_mels_ + mel] + more;
    }
  }
  min_.resize(n_bins);
  max_.resize(n_bins);
  power_.resize(n_bins * n_mels_);
}

Matrix<std::uint8_t> OverviewBins::decibels() const {
  std::vector<float> db = power_;
  for (std::size_t i = 0; i < db.size(); ++i) {
    const std::size_t first = i / n_mels_ * columns_per_bin_;
    db[i] /= static_cast<float>(std::min(columns_per_bin_, n_columns_ - first));
  }
  // Not relative to the loudest value of silence, which would be as bright as music.
  const double ref = std::max(kSilentPower, double{std::ranges::max(db)});
  features::power_to_db(db, ref, ref * std::pow(10, -kTopDb / 10), std::nullopt);
  Matrix<std::uint8_t> result(min_.size(), n_mels_);
  std::ranges::transform(db, result.values.begin(), [](float value) {
    return static_cast<std::uint8_t>(std::lround(value + kTopDb));  // from -kTopDb to 0
  });
  return result;
}

FileOverview::FileOverview(AudioFile file, std::size_t max_bins)
    : file_(std::move(file)),
      frontend_(make_frontend()),
      bins_(max_bins, frontend_.parameters().n_mels),
      y_(padding(frontend_.parameters())) {}

Result<std::optional<Overview>> FileOverview::step(const DecodeLimits& limits,
                                                   const std::stop_token& stop) {
  if (stop.stop_requested()) return tl::make_unexpected(cancelled());
  const FrontendParameters& p = frontend_.parameters();
  if (!stream_) {
    auto stream = AudioStream::open(file_, p.sr, limits);
    if (!stream) return tl::make_unexpected(stream.error());
    stream_ = std::move(*stream);
    return std::nullopt;
  }
  const std::size_t n_before = y_.size();
  y_.resize(n_before + kStep);
  const auto got = stream_->read(std::span(y_).last(kStep));
  if (!got) return tl::make_unexpected(got.error());
  y_.resize(n_before + *got);
  n_samples_ += *got;
  if (*got == kStep) {
    add_columns(frames_in(y_.size(), p));
    return std::nullopt;
  }
  return finish();
}

void FileOverview::add_columns(std::size_t n_columns) {
  if (n_columns == 0) return;
  const FrontendParameters& p = frontend_.parameters();
  const auto y = std::span(y_).first((n_columns - 1) * p.hop_length + p.n_fft);
  const Matrix<float> power = frontend_.log_mel(y);
  std::vector<float> column(p.n_mels);
  for (std::size_t t = 0; t < n_columns; ++t) {
    for (std::size_t mel = 0; mel < p.n_mels; ++mel) column[mel] = power.row(mel)[t];
    const auto [min, max] =
        std::ranges::minmax(y.subspan(t * p.hop_length + padding(p), p.hop_length));
    bins_.add(min, max, column);
  }
  y_.erase(y_.begin(), y_.begin() + static_cast<std::ptrdiff_t>(n_columns * p.hop_length));
}

Overview FileOverview::finish() {
  const FrontendParameters& p = frontend_.parameters();
  const std::size_t n_left = y_.size() - padding(p);  // samples without a column
  const std::size_t n_columns = (n_left + p.hop_length - 1) / p.hop_length;
  y_.resize(n_columns * p.hop_length + p.n_fft);
  add_columns(n_columns);
  const double sr = p.sr;
  return {.duration = static_cast<double>(n_samples_) / sr,
          .seconds_per_bin = static_cast<double>(bins_.columns_per_bin() * p.hop_length) / sr,
          .min = bins_.min(),
          .max = bins_.max(),
          .fmax = sr / 2,
          .decibels = bins_.decibels()};
}

}  // namespace genre::predict
