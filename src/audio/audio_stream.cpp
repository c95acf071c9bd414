#include <algorithm>
#include <array>
#include <functional>
#include <optional>
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
  std::vector<float> block;  // decoded samples

  std::function<void(std::span<const float>)> on_decoded;
  Times times;

  Result<std::size_t> decode(std::span<float> y) {
    const auto decoded = [&] {
      const base::Stopwatch stopwatch(times.decode);
      return decoder.read(y);
    }();
    if (decoded && on_decoded) on_decoded(y.first(*decoded));
    return decoded;
  }

  // The class is declared in a public header, so this would be exported otherwise.
  [[gnu::visibility("hidden")]] Result<std::size_t> read_resampled(std::span<float> y);
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

void AudioStream::on_decoded(std::function<void(std::span<const float>)> f) {
  impl_->on_decoded = std::move(f);
}

Result<std::size_t> AudioStream::read(std::span<float> y) {
  return impl_->resampler ? impl_->read_resampled(y) : impl_->decode(y);
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
