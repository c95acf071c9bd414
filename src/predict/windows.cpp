#include "predict/windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace genre::predict {
namespace {

std::size_t to_samples(double seconds, int sr) {
  const double samples = std::round(seconds * sr);
  constexpr double kMost = 1e15;  // stands for infinity, far below overflow
  return static_cast<std::size_t>(std::min(samples, kMost));
}

}  // namespace

bool is_silent(std::span<const float> y) {
  return std::ranges::all_of(y, [](float sample) { return std::fabs(sample) <= kSilenceLevel; });
}

WindowReader::WindowReader(Read read, int sr, const WindowOptions& options)
    : read_samples_(std::move(read)), sr_(sr) {
  const double window = options.window.value_or(kDefaultWindow);
  const double hop = options.hop.value_or(window);
  if (!(window >= 0.1 && hop >= 0.1 && options.duration >= 0.1)) {
    throw std::invalid_argument("window, hop and duration must be at least 0.1 s");
  }
  window_ = to_samples(window, sr);
  hop_ = to_samples(hop, sr);
  remaining_ = to_samples(options.duration, sr);
}

double WindowReader::duration() const { return static_cast<double>(read_) / sr_; }

Result<std::size_t> WindowReader::append(std::size_t count) {
  // About six seconds: memory grows with the audio, not with the options, and a call is short.
  constexpr std::size_t kStep = std::size_t{1} << 17;
  const std::size_t size = y_.size();
  y_.resize(size + std::min({count, remaining_, kStep}));
  const auto got = read_samples_(std::span(y_).subspan(size));
  if (!got) return got;
  y_.resize(size + *got);
  read_ += *got;
  remaining_ -= *got;
  return got;
}

void WindowReader::begin_window() {
  begun_ = true;
  std::size_t kept = 0;
  if (read_ > 0) {
    start_ += hop_;
    if (hop_ < y_.size()) {
      kept = y_.size() - hop_;
      std::copy(y_.end() - static_cast<std::ptrdiff_t>(kept), y_.end(), y_.begin());
    }
  }
  y_.resize(kept);
}

Result<std::optional<WindowReader::Window>> WindowReader::read_on() {
  if (ended_) return std::nullopt;
  if (!begun_) begin_window();
  const bool in_gap = read_ < start_;  // hop > window: skip the gap
  if (in_gap || y_.size() < window_) {
    const auto got = append(in_gap ? start_ - read_ : window_ - y_.size());
    if (!got) return tl::make_unexpected(got.error());
    if (in_gap) y_.clear();
    ended_ = *got == 0;
    if (!ended_ && y_.size() < window_) return std::nullopt;
  }
  begun_ = false;
  const bool first = start_ == 0;
  if (y_.empty() || (!first && y_.size() < (window_ + 1) / 2)) return std::nullopt;
  return Window{.start = static_cast<double>(start_) / sr_,
                .end = static_cast<double>(start_ + y_.size()) / sr_,
                .y = y_};
}

Result<std::optional<WindowReader::Window>> WindowReader::next() {
  while (true) {
    auto window = read_on();
    if (!window || *window || ended_) return window;
  }
}

Error cancelled() { return {ErrorCode::kCancelled, "processing of the file was cancelled"}; }

Error too_many_windows(std::size_t limit) {
  return {ErrorCode::kTooLong,
          fmt::format("the audio has more windows than the limit of {}; use a longer hop", limit)};
}

Result<double> for_each_window(AudioStream& stream, int sr, const WindowOptions& options,
                               const std::stop_token& stop,
                               const std::function<void(const WindowReader::Window&)>& f) {
  WindowReader windows(stream, sr, options);
  for (std::size_t n = 0;; ++n) {
    const auto window = windows.next();
    if (!window) return tl::make_unexpected(window.error());
    if (!*window) return windows.duration();
    if (stop.stop_requested()) return tl::make_unexpected(cancelled());
    if (n == options.max_windows) return tl::make_unexpected(too_many_windows(n));
    f(**window);
  }
}

}  // namespace genre::predict
