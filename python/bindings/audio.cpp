// AudioFile and load.
#include "genre/audio.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

#include "arrays.h"
#include "audio_source.h"
#include "bindings.h"
#include "errors.h"
#include "genre/features.h"

namespace genre::python {
namespace {

// librosa.load has no limits.
constexpr DecodeLimits kAny{.min_duration = 0,
                            .max_duration = std::numeric_limits<double>::infinity(),
                            .max_samples = std::numeric_limits<std::int64_t>::max()};

constexpr std::size_t kStep = std::size_t{1} << 18;  // samples decoded at a time

// Appends at most n samples to y. Returns whether there may be more.
Result<bool> append(AudioStream& stream, std::size_t n, std::vector<float>& y) {
  const std::size_t size = y.size();
  y.resize(size + n);
  const auto read = stream.read(std::span(y).subspan(size));
  if (!read) return tl::make_unexpected(read.error());
  y.resize(size + *read);
  return *read == n;
}

Result<AudioBuffer> read(AudioStream&& stream, int sr, std::size_t n_most) {
  AudioBuffer buffer{.y = {}, .sr = sr, .info = stream.info(), .warnings = {}};
  for (bool more = n_most > 0; more && buffer.y.size() < n_most;) {
    const auto appended = append(stream, std::min(kStep, n_most - buffer.y.size()), buffer.y);
    if (!appended) return tl::make_unexpected(appended.error());
    more = *appended;
  }
  buffer.warnings = stream.warnings();
  return buffer;
}

Result<AudioBuffer> load_part(const AudioFile& file, double offset, std::optional<double> duration,
                              int native) {
  const auto samples = [native](double seconds) {
    constexpr double kMost = 1e15;  // stands for infinity, far below overflow
    return static_cast<std::size_t>(std::min(std::trunc(seconds * native), kMost));
  };
  const std::size_t n_wanted =
      duration ? samples(*duration) : std::numeric_limits<std::size_t>::max();
  const std::size_t n_skipped = samples(std::fabs(offset));
  const bool from_end = offset < 0;
  // Without the sum's overflow.
  const std::size_t n_read =
      from_end || n_wanted > std::numeric_limits<std::size_t>::max() - n_skipped
          ? std::numeric_limits<std::size_t>::max()
          : n_skipped + n_wanted;
  return AudioStream::open(file, native, kAny)
      .and_then([&](AudioStream&& stream) { return read(std::move(stream), native, n_read); })
      .and_then([&](AudioBuffer&& buffer) -> Result<AudioBuffer> {
        std::vector<float>& y = buffer.y;
        if (n_skipped > y.size()) {
          return fail(ErrorCode::kBadParameter, "offset is beyond the audio, which has " +
                                                    std::to_string(y.size()) + " samples at " +
                                                    std::to_string(native) + " Hz");
        }
        const std::size_t first = from_end ? y.size() - n_skipped : n_skipped;
        y.erase(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(first));
        y.resize(std::min(y.size(), n_wanted));
        return std::move(buffer);
      });
}

// The order of librosa.load: a part at the native rate, and then its resampling. A part of the
// resampled whole would have other values at its ends.
Result<AudioBuffer> load_audio(const AudioFile& file, std::optional<int> sr, double offset,
                               std::optional<double> duration) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  const bool whole = offset == 0 && !duration;
  if (whole && sr) {
    return AudioStream::open(file, *sr, kAny).and_then([&](AudioStream&& stream) {
      return read(std::move(stream), *sr, kAll);
    });
  }
  // The native rate is known once a stream is open; its own rate does not matter.
  const auto opened = AudioStream::open(file, kSampleRate, kAny);
  if (!opened) return tl::make_unexpected(opened.error());
  const int native = opened->info().sample_rate;
  auto part = load_part(file, offset, duration, native);
  if (!part || !sr || *sr == native || part->y.empty()) return part;
  const AudioSource source(part->y, native);
  auto resampled = AudioStream::open(source.file(), *sr, kAny).and_then([&](AudioStream&& stream) {
    return read(std::move(stream), *sr, kAll);
  });
  if (!resampled) return resampled;
  resampled->info = part->info;
  resampled->warnings = std::move(part->warnings);
  return resampled;
}

using WarningTuple = std::tuple<std::string, std::string, double, double>;

std::vector<WarningTuple> tuples(const std::vector<Warning>& warnings) {
  std::vector<WarningTuple> list;
  list.reserve(warnings.size());
  for (const Warning& warning : warnings) {
    list.emplace_back(to_string(warning.code), warning.message, warning.from, warning.to);
  }
  return list;
}

}  // namespace

void bind_audio(nb::module_& module) {
  nb::class_<AudioSource>(module, "AudioFile")
      .def(nb::init<nb::bytes>(), nb::arg("bytes"))
      .def(
          "__init__",
          [](AudioSource* self, const Samples& y, int sr) { new (self) AudioSource(value(y), sr); },
          nb::arg("y"), nb::arg("sr"))
      .def_static(
          "open",
          [](const nb::bytes& path) {
            return AudioSource::open(std::string(path.c_str(), path.size()));
          },
          nb::arg("path"));

  module.def(
      "load",
      [](const AudioSource& source, std::optional<int> sr, double offset,
         std::optional<double> duration) {
        AudioBuffer buffer =
            without_gil([&] { return load_audio(source.file(), sr, offset, duration); });
        const std::size_t n = buffer.y.size();
        return std::tuple(to_numpy<float, 1>(std::move(buffer.y), {n}), buffer.sr,
                          buffer.info.channels, tuples(buffer.warnings));
      },
      nb::arg("file"), nb::arg("sr").none(), nb::arg("offset"), nb::arg("duration").none());
}

}  // namespace genre::python
