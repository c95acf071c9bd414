#include "audio/child_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "audio/child_answer.h"
#include "audio/decode_program.h"

namespace genre::audio {
namespace {

// Limit of CPU time: far more than any decoder needs for the longest allowed audio.
std::uint64_t cpu_seconds(const DecodeLimits& limits) {
  constexpr double kLeast = 60, kMost = 86400, kShare = 0.25;  // of the audio's duration
  return static_cast<std::uint64_t>(std::clamp(kShare * limits.max_duration, kLeast, kMost));
}

class ChildDecoder final : public Decoder {
 public:
  ChildDecoder(AudioInfo info, std::unique_ptr<DecodeProcess> process, ChildAnswer answer,
               const DeclaredLength& declared)
      : Decoder(std::move(info)),
        process_(std::move(process)),
        answer_(std::move(answer)),
        declared_(declared) {}

  std::optional<std::int64_t> declared_frames() const override { return declared_.frames; }
  std::int64_t declared_slack() const override { return declared_.slack; }

  std::optional<std::int64_t> count_frames() override {
    if (declared_.frames) return declared_.frames;
    return answer_.n_frames() > 0 ? std::optional(answer_.n_frames()) : std::nullopt;
  }

  std::optional<std::int64_t> seek(std::int64_t frame) override {
    process_->seek(frame);
    const auto reached = answer_.skip_to(frame);
    if (!reached) error_ = reached.error();
    for (const Damage& damage : answer_.take_damage()) report(damage);
    return reached.value_or(frame);
  }

  Result<std::size_t> read(std::span<float> interleaved) override {
    if (error_) return tl::make_unexpected(*error_);
    auto frames = answer_.read(interleaved);
    for (const Damage& damage : answer_.take_damage()) report(damage);
    return frames;
  }

 private:
  std::unique_ptr<DecodeProcess> process_;  // answer_ reads from it
  ChildAnswer answer_;
  DeclaredLength declared_;
  std::optional<Error> error_;  // of a seek
};

}  // namespace

bool can_open_child(const DecodeLimits& limits) {
  return limits.allow_ffmpeg && DecodeProgram::instance().installed();
}

Result<std::unique_ptr<Decoder>> open_child(const AudioFile& file, std::string_view container,
                                            std::string_view demuxer, std::uint64_t begin,
                                            const DecodeLimits& limits,
                                            const DeclaredLength& declared) {
  if (!limits.allow_ffmpeg) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("this is {}, and formats decoded by FFmpeg are disabled; convert it to "
                            "WAV or FLAC",
                            container));
  }
  DecodeProgram& program = DecodeProgram::instance();
  if (!program.installed()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("this is {}, which needs the package genre-ffmpeg (the program "
                            "genre-decode); install it, or convert the file to WAV or FLAC",
                            container));
  }
  decode::Request request{.begin = begin,
                          .size = file.size(),
                          .cpu_seconds = cpu_seconds(limits),
                          .track = file.track()};
  if (file.is_stream()) {
    request.is_stream = 1;
    request.n_start = std::min(file.start().size(), request.start.size());
    std::ranges::copy(file.start().first(request.n_start), request.start.begin());
  }
  demuxer.copy(request.demuxer.data(), request.demuxer.size() - 1);
  auto started = program.decode(file, request);
  if (!started) return tl::make_unexpected(std::move(started.error()));
  auto process = std::make_unique<DecodeProcess>(std::move(*started));
  ChildAnswer answer([p = process.get()](std::span<std::byte> to) { return p->read(to); },
                     std::string(container));
  auto info = answer.read_header();
  if (!info) return tl::make_unexpected(std::move(info.error()));
  return std::make_unique<ChildDecoder>(std::move(*info), std::move(process), std::move(answer),
                                        declared);
}

}  // namespace genre::audio
