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
  grid_ = {.window = to_samples(window, sr), .hop = to_samples(hop, sr)};
  most_ = to_samples(options.duration, sr);
}

bool WindowReader::choose(std::size_t n, std::size_t n_samples) {
  n_samples = std::min(n_samples, most_);
  if (n >= grid_.count(n_samples)) return false;
  most_ = n_samples;
  chosen_ = excerpt_starts(n, grid_, n_samples);
  return true;
}

double WindowReader::duration() const { return static_cast<double>(chosen_ ? most_ : read_) / sr_; }

Result<std::size_t> WindowReader::append(std::size_t count) {
  // About six seconds: memory grows with the audio, not with the options, and a call is short.
  constexpr std::size_t kStep = std::size_t{1} << 17;
  const std::size_t size = y_.size();
  y_.resize(size + std::min({count, most_ - read_, kStep}));
  const auto got = read_samples_(std::span(y_).subspan(size));
  if (!got) return got;
  y_.resize(size + *got);
  read_ += *got;
  return got;
}

bool WindowReader::begin_window() {
  const std::size_t before = start_;
  if (!chosen_) {
    if (read_ > 0) start_ += grid_.hop;
  } else if (n_begun_ < chosen_->size()) {
    start_ = (*chosen_)[n_begun_++];
  } else {
    return false;
  }
  const std::size_t dropped = std::min(start_ - before, y_.size());
  y_.erase(y_.begin(), y_.begin() + static_cast<std::ptrdiff_t>(dropped));
  return begun_ = true;
}

Result<void> WindowReader::skip() {
  if (chosen_) {
    auto moved = stream_->seek(static_cast<std::int64_t>(start_));
    read_ = static_cast<std::size_t>(stream_->position());
    ended_ = ended_early_ = moved && read_ < start_;
    return moved;
  }
  const auto got = append(start_ - read_);
  y_.clear();
  ended_ = got && *got == 0;
  return got.map([](std::size_t) {});
}

Result<std::optional<WindowReader::Window>> WindowReader::read_on() {
  if (!ended_ && !begun_) ended_ = !begin_window();
  if (ended_) return std::nullopt;
  if (read_ < start_) {  // hop > window, or windows were chosen
    if (auto skipped = skip(); !skipped) return tl::make_unexpected(std::move(skipped.error()));
    if (!ended_) return std::nullopt;
  } else if (y_.size() < grid_.window) {
    const auto got = append(grid_.window - y_.size());
    if (!got) return tl::make_unexpected(got.error());
    ended_ = *got == 0;
    ended_early_ = chosen_ && ended_ && read_ < most_;
    if (!ended_ && y_.size() < grid_.window) return std::nullopt;
  }
  begun_ = false;
  const bool first = start_ == 0;
  if (y_.empty() || (!first && y_.size() < (grid_.window + 1) / 2)) return std::nullopt;
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
