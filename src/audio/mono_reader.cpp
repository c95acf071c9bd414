#include "audio/mono_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "audio/mix.h"

namespace genre::audio {
namespace {

constexpr int kMinSampleRate = 1000;       // Hz
constexpr int kMaxSampleRate = 768000;     // Hz
constexpr std::size_t kMonoBlock = 16384;  // samples

// A choice of a channel waits for the end of its block, and a live window with it. Shorter blocks
// than this minimum have too few samples for a choice.
constexpr double kBlockDuration = 0.05;  // s
constexpr std::size_t kMinBlock = 512;   // frames

}  // namespace

Result<void> check_sample_rate(int sr) {
  if (sr >= kMinSampleRate && sr <= kMaxSampleRate) return {};
  return fail(ErrorCode::kUnsupported,
              fmt::format("a sample rate of {} Hz is not supported; it must be {} to {} Hz", sr,
                          kMinSampleRate, kMaxSampleRate));
}

Error too_short(double duration, double min_duration) {
  return {ErrorCode::kTooShort,
          fmt::format("the audio is {:.3f} s long; the minimum is {} s", duration, min_duration)};
}

Result<MonoReader> MonoReader::open(const AudioFile& file, const DecodeLimits& limits) {
  auto decoder = open_decoder(file, limits);
  if (!decoder) return tl::make_unexpected(std::move(decoder.error()));
  if (auto valid = check_sample_rate((*decoder)->info().sample_rate); !valid) {
    return tl::make_unexpected(std::move(valid.error()));
  }
  // One channel needs no choice, so its blocks need not be complete: they hold up no window.
  const bool prompt = file.is_stream() && (*decoder)->info().channels == 1;
  MonoReader reader(std::move(*decoder), limits, prompt);
  const auto declared = reader.decoder_->declared_frames();
  if (auto length = reader.check_length(declared.value_or(0)); !length) {
    return tl::make_unexpected(std::move(length.error()));
  }
  return reader;
}

double MonoReader::seconds(std::int64_t frames) const {
  return static_cast<double>(frames) / info().sample_rate;
}

Result<void> MonoReader::check_length(std::int64_t frames) const {
  if (seconds(frames) > limits_.max_duration) {
    return fail(ErrorCode::kTooLong,
                fmt::format("the audio is longer than the limit of {} s", limits_.max_duration));
  }
  if (frames > limits_.max_samples / info().channels) {
    return fail(
        ErrorCode::kTooLong,
        fmt::format("the audio ({} channels at {} Hz) has more samples than the limit of {} "
                    "over all channels",
                    info().channels, info().sample_rate, limits_.max_samples));
  }
  return {};
}

// Damage is a warning or, in strict mode, an error.
Result<void> MonoReader::note(const Damage& damage) {
  const double from = seconds(damage.from), to = seconds(damage.to);
  warnings_.add(damage.code, from, to, damage.cause);
  if (!damage_) {
    damage_ = damage.code == WarningCode::kTruncated
                  ? Error{ErrorCode::kTruncated, truncated_message(from, to)}
                  : Error{ErrorCode::kUnsupported, damaged_message(from, to, damage.cause)};
  }
  if (limits_.strict) return tl::make_unexpected(*damage_);
  return {};
}

Result<void> MonoReader::note_damage() {
  for (const Damage& damage : decoder_->take_damage()) {
    if (auto noted = note(damage); !noted) return noted;
  }
  return {};
}

Result<void> MonoReader::check_end() {
  if (const auto declared = decoder_->declared_frames();
      declared && frames_read_ + decoder_->declared_slack() < *declared) {
    auto noted = note({WarningCode::kTruncated, frames_read_, *declared});
    if (!noted) return noted;
  }
  const bool is_too_short = seconds(frames_read_) < limits_.min_duration;
  if (is_too_short && damage_) return tl::make_unexpected(*damage_);
  if (frames_read_ == 0) {
    return fail(ErrorCode::kNoSamples, "the file has a valid header but no samples");
  }
  if (is_too_short) {
    return tl::make_unexpected(too_short(seconds(frames_read_), limits_.min_duration));
  }
  return {};
}

Result<std::optional<std::int64_t>> MonoReader::length() {
  const auto frames = decoder_->count_frames();
  return check_length(frames.value_or(0)).map([&] { return frames; });
}

std::size_t MonoReader::block_frames() const {
  if (info().channels == 1) return kMonoBlock;
  return std::max(kMinBlock, static_cast<std::size_t>(kBlockDuration * info().sample_rate));
}

Result<std::int64_t> MonoReader::seek(std::int64_t sample) {
  // Blocks start where they start if all is read, so that the samples are the same.
  const auto block = static_cast<std::int64_t>(block_frames());
  const std::int64_t begin = sample / block * block;
  if (begin > frames_read_) {
    frames_read_ = decoder_->seek(begin).value_or(frames_read_);
    unread_ = {};
    heard_channel_.reset();
  }
  while (frames_read_ < begin && !ended_) {
    const auto skipped = decode(static_cast<std::size_t>(std::min(block, begin - frames_read_)));
    if (!skipped) return tl::make_unexpected(skipped.error());
  }
  while (true) {
    const std::int64_t at = frames_read_ - static_cast<std::int64_t>(unread_.size());
    const auto n = static_cast<std::size_t>(
        std::clamp<std::int64_t>(sample - at, 0, static_cast<std::int64_t>(unread_.size())));
    unread_ = unread_.subspan(n);
    if (at + static_cast<std::int64_t>(n) >= sample || ended_) {
      return at + static_cast<std::int64_t>(n);
    }
    if (auto next = next_block(); !next) return tl::make_unexpected(std::move(next.error()));
  }
}

Result<std::size_t> MonoReader::decode(std::size_t n_frames) {
  const auto channels = static_cast<std::size_t>(info().channels);
  interleaved_.resize(n_frames * channels);
  std::size_t size = 0;
  while (size < interleaved_.size() && !ended_ && !(prompt_ && size > 0)) {
    const auto frames = decoder_->read(std::span(interleaved_).subspan(size));
    if (!frames) return frames;
    frames_read_ += static_cast<std::int64_t>(*frames);
    size += *frames * channels;
    ended_ = *frames == 0;
    auto checked = note_damage().and_then([this] { return check_length(frames_read_); });
    if (checked && ended_) checked = check_end();
    if (!checked) return tl::make_unexpected(std::move(checked.error()));
  }
  return size / channels;
}

Result<void> MonoReader::next_block() {
  const std::int64_t begin = frames_read_;
  const auto frames = decode(block_frames());
  if (!frames) return tl::make_unexpected(frames.error());
  const auto block =
      std::span(interleaved_).first(*frames * static_cast<std::size_t>(info().channels));
  if (info().channels == 1 || block.empty()) {
    unread_ = block;
  } else {
    mono_.resize(*frames);
    mix_to_mono(block, mono_);
    heard_channel_ = channel_if_opposite(block, mono_, heard_channel_);
    if (heard_channel_) {
      take_channel(block, *heard_channel_, mono_);
      warnings_.add(WarningCode::kOppositeChannels, seconds(begin), seconds(frames_read_));
    }
    unread_ = mono_;
  }
  if (within_audio_levels(unread_)) return {};
  return fail(ErrorCode::kNonFinite,
              fmt::format("between {:.2f} s and {:.2f} s there are samples that are NaN, "
                          "infinite or far above full scale (+-1)",
                          seconds(begin), seconds(frames_read_)));
}

Result<std::size_t> MonoReader::read_some(std::span<float> y) {
  if (unread_.empty()) {
    if (auto block = next_block(); !block) return tl::make_unexpected(std::move(block.error()));
  }
  const auto part = unread_.first(std::min(unread_.size(), y.size()));
  std::copy(part.begin(), part.end(), y.begin());  // memmove; g++ 12 makes a loop of ranges::copy
  unread_ = unread_.subspan(part.size());
  return part.size();
}

Result<std::size_t> MonoReader::read(std::span<float> y) {
  std::size_t filled = 0;
  while (filled < y.size()) {
    const auto n = read_some(y.subspan(filled));
    if (!n) return n;
    if (*n == 0) break;
    filled += *n;
  }
  return filled;
}

}  // namespace genre::audio
