#include "audio/mono_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "audio/mix.h"

namespace genre::audio {
namespace {

constexpr int kMinSampleRate = 1000;    // Hz
constexpr int kMaxSampleRate = 768000;  // Hz
constexpr std::size_t kBlockSamples = 16384;

}  // namespace

Result<MonoReader> MonoReader::open(const AudioFile& file, const DecodeLimits& limits) {
  auto decoder = open_decoder(file, limits);
  if (!decoder) return tl::make_unexpected(std::move(decoder.error()));
  const int sr = (*decoder)->info().sample_rate;
  if (sr < kMinSampleRate || sr > kMaxSampleRate) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("a sample rate of {} Hz is not supported; it must be {} to {} Hz", sr,
                            kMinSampleRate, kMaxSampleRate));
  }
  MonoReader reader(std::move(*decoder), limits);
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

Result<void> MonoReader::check_end() const {
  if (const auto declared = decoder_->declared_frames();
      declared && frames_read_ + decoder_->declared_slack() < *declared) {
    return fail(ErrorCode::kTruncated,
                fmt::format("the audio ends after {:.2f} s of the {:.2f} s that its header "
                            "declares; was the file copied or uploaded completely?",
                            seconds(frames_read_), seconds(*declared)));
  }
  if (frames_read_ == 0) {
    return fail(ErrorCode::kNoSamples, "the file has a valid header but no samples");
  }
  if (seconds(frames_read_) < limits_.min_duration) {
    return fail(ErrorCode::kTooShort, fmt::format("the audio is {:.3f} s long; the minimum is {} s",
                                                  seconds(frames_read_), limits_.min_duration));
  }
  return {};
}

Result<std::size_t> MonoReader::read(std::span<float> y) {
  const auto channels = static_cast<std::size_t>(info().channels);
  const std::size_t block = std::max<std::size_t>(1, kBlockSamples / channels);
  if (channels > 1) interleaved_.resize(block * channels);

  std::size_t filled = 0;
  while (filled < y.size()) {
    const std::size_t wanted = std::min(block, y.size() - filled);
    const std::span to = channels == 1 ? y.subspan(filled, wanted)
                                       : std::span(interleaved_).first(wanted * channels);
    const auto frames = decoder_->read(to);
    if (!frames) return frames;
    if (*frames == 0) {
      if (auto end = check_end(); !end) return tl::make_unexpected(std::move(end.error()));
      break;
    }
    const std::span mono = y.subspan(filled, *frames);
    if (channels > 1) mix_to_mono(to.first(*frames * channels), mono);
    const std::int64_t end = frames_read_ + static_cast<std::int64_t>(*frames);
    if (!within_audio_levels(mono)) {
      return fail(ErrorCode::kNonFinite,
                  fmt::format("between {:.2f} s and {:.2f} s there are samples that are NaN, "
                              "infinite or far above full scale (+-1)",
                              seconds(frames_read_), seconds(end)));
    }
    filled += *frames;
    frames_read_ = end;
    if (auto length = check_length(frames_read_); !length) {
      return tl::make_unexpected(std::move(length.error()));
    }
  }
  return filled;
}

}  // namespace genre::audio
