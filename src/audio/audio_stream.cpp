#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

#include "audio/mono_reader.h"
#include "audio/resampler.h"
#include "base/stopwatch.h"
#include "genre/audio.h"

namespace genre {
namespace {

constexpr std::size_t kBlock = 8192;  // samples decoded at a time before resampling
}

struct AudioStream::Impl {
  Impl(audio::MonoReader&& d, int sr_out) : decoder(std::move(d)), sr(sr_out) {}

  audio::MonoReader decoder;
  int sr;
  std::optional<audio::StreamResampler> resampler;
  std::vector<float> block;       // decoded samples
  std::uint64_t samples_in = 0;   // decoded so far
  std::uint64_t samples_out = 0;  // returned so far

  std::function<void(std::int64_t, std::span<const float>)> on_decoded;
  Times times;

  // The class is declared in a public header, so these would be exported otherwise.
  [[gnu::visibility("hidden")]] Result<std::size_t> decode(std::span<float> y);
  [[gnu::visibility("hidden")]] Result<std::size_t> read(std::span<float> y);
  [[gnu::visibility("hidden")]] Result<std::size_t> read_resampled(std::span<float> y);
  [[gnu::visibility("hidden")]] Result<void> seek(std::uint64_t sample);
  // Of the output for n samples of the input, with the rounding of librosa.resample.
  [[gnu::visibility("hidden")]] std::uint64_t length_of(std::uint64_t n) const;
};

AudioStream::AudioStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AudioStream::AudioStream(AudioStream&&) noexcept = default;
AudioStream& AudioStream::operator=(AudioStream&&) noexcept = default;
AudioStream::~AudioStream() = default;

const AudioInfo& AudioStream::info() const { return impl_->decoder.info(); }
const AudioStream::Times& AudioStream::times() const { return impl_->times; }
std::vector<Warning> AudioStream::warnings() const { return impl_->decoder.warnings().list(); }

Result<AudioStream> AudioStream::open(const AudioFile& file, int sr, const DecodeLimits& limits) {
  Times times;
  auto decoder = [&] {
    const base::Stopwatch stopwatch(times.decode);
    return audio::MonoReader::open(file, limits);
  }();
  if (!decoder) return tl::make_unexpected(decoder.error());
  auto impl = std::make_unique<Impl>(std::move(*decoder), sr);
  impl->times = times;
  if (const int sr_in = impl->decoder.info().sample_rate; sr_in != sr) {
    impl->resampler.emplace(sr_in, sr);
    impl->block.resize(kBlock);
  }
  return AudioStream(std::move(impl));
}

void AudioStream::on_decoded(std::function<void(std::int64_t, std::span<const float>)> f) {
  impl_->on_decoded = std::move(f);
}

Result<std::size_t> AudioStream::read(std::span<float> y) { return impl_->read(y); }

std::int64_t AudioStream::position() const { return static_cast<std::int64_t>(impl_->samples_out); }

Result<std::optional<std::int64_t>> AudioStream::length() {
  const base::Stopwatch stopwatch(impl_->times.decode);
  return impl_->decoder.length().map([&](std::optional<std::int64_t> n) {
    if (n) n = static_cast<std::int64_t>(impl_->length_of(static_cast<std::uint64_t>(*n)));
    return n;
  });
}

Result<void> AudioStream::seek(std::int64_t sample) {
  if (sample < position()) throw std::invalid_argument("AudioStream::seek goes forward only");
  return impl_->seek(static_cast<std::uint64_t>(sample));
}

std::uint64_t AudioStream::Impl::length_of(std::uint64_t n) const {
  const double ratio = static_cast<double>(sr) / decoder.info().sample_rate;
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(n) * ratio));
}

Result<std::size_t> AudioStream::Impl::decode(std::span<float> y) {
  const auto decoded = [&] {
    const base::Stopwatch stopwatch(times.decode);
    return decoder.read(y);
  }();
  if (!decoded) return decoded;
  if (on_decoded) on_decoded(static_cast<std::int64_t>(samples_in), y.first(*decoded));
  samples_in += *decoded;
  return decoded;
}

Result<std::size_t> AudioStream::Impl::read(std::span<float> y) {
  if (resampler) return read_resampled(y);
  const auto decoded = decode(y);
  samples_out += decoded.value_or(0);
  return decoded;
}

Result<void> AudioStream::Impl::seek(std::uint64_t sample) {
  // A sample of the output falls on one of the input every `in` samples of the input. There, and
  // some time before the wanted sample, a new resampler starts, so that its filter is filled with
  // the same input as without a seek.
  constexpr double kWarmUp = 0.05;  // s; ten times the length of the filter
  const int sr_in = decoder.info().sample_rate;
  const int divisor = std::gcd(sr_in, sr);
  const auto in = static_cast<std::uint64_t>(sr_in / divisor);
  const auto out = static_cast<std::uint64_t>(sr / divisor);
  const auto warm_up = resampler ? static_cast<std::uint64_t>(kWarmUp * sr) : 0;
  const std::uint64_t step = (sample - std::min(sample, warm_up)) / out;
  if (step * in > samples_in) {
    const auto reached = [&] {
      const base::Stopwatch stopwatch(times.decode);
      return decoder.seek(static_cast<std::int64_t>(step * in));
    }();
    if (!reached) return tl::make_unexpected(reached.error());
    samples_in = static_cast<std::uint64_t>(*reached);
    const bool ended = samples_in < step * in;  // before the wanted sample
    samples_out = ended ? length_of(samples_in) : step * out;
    if (resampler) resampler.emplace(sr_in, sr, samples_in, samples_out);
    if (ended && resampler) resampler->end();
    if (ended) return {};
  }
  std::vector<float> skipped(kBlock);
  while (samples_out < sample) {
    const auto n = std::min<std::uint64_t>(kBlock, sample - samples_out);
    const auto got = read(std::span(skipped).first(n));
    if (!got) return tl::make_unexpected(got.error());
    if (*got == 0) break;
  }
  return {};
}

Result<std::size_t> AudioStream::Impl::read_resampled(std::span<float> y) {
  std::size_t filled = 0;
  while (filled < y.size()) {
    if (resampler->needs_input()) {
      const auto decoded = decode(block);
      if (!decoded) return decoded;
      if (*decoded == 0) {
        resampler->end();
      } else {
        resampler->add(std::span(block).first(*decoded));
      }
    }
    const base::Stopwatch stopwatch(times.resample);
    const std::size_t n = resampler->read(y.subspan(filled));
    if (n == 0 && !resampler->needs_input()) break;
    filled += n;
  }
  samples_out += filled;
  return filled;
}

Result<AudioBuffer> load(std::span<const std::byte> file, int sr, const DecodeLimits& limits) {
  auto stream = AudioStream::open(file, sr, limits);
  if (!stream) return tl::make_unexpected(stream.error());

  AudioBuffer audio{.y = {}, .sr = sr, .info = stream->info(), .warnings = {}};
  constexpr std::size_t kStep = std::size_t{1} << 18;
  for (std::size_t size = 0;;) {
    audio.y.resize(size + kStep);
    const auto read = stream->read(std::span(audio.y).subspan(size));
    if (!read) return tl::make_unexpected(read.error());
    size += *read;
    if (*read < kStep) {
      audio.y.resize(size);
      audio.warnings = stream->warnings();
      return audio;
    }
  }
}

std::string_view to_string(WarningCode code) {
  constexpr std::array<std::string_view, 4> kNames = {"truncated", "damaged", "silence",
                                                      "opposite_channels"};
  return kNames.at(static_cast<std::size_t>(code));
}

}  // namespace genre
