#include "audio/live_decoder.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

#include "audio/mono_reader.h"
#include "base/parallel.h"

namespace genre::audio {
namespace {

constexpr std::size_t kBlock = 1024;                        // samples at a time, some milliseconds
constexpr std::size_t kMostWaiting = std::size_t{1} << 17;  // samples that nobody has taken yet

}  // namespace

DecodeLimits without_end(DecodeLimits limits) {
  limits.max_duration = std::numeric_limits<double>::infinity();
  limits.max_samples = std::numeric_limits<std::int64_t>::max();
  return limits;
}

LiveDecoder::LiveDecoder(const std::optional<PcmFormat>& pcm, const DecodeLimits& limits,
                         std::function<void()> on_ready)
    : pcm_(pcm), on_ready_(std::move(on_ready)) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  input_ = base::Descriptor(ends[0]);
  output_ = base::Descriptor(ends[1]);
  thread_ = std::jthread([this, limits = without_end(limits)] {
    base::name_this_thread("genre-decoder");
    run(limits);
  });
}

LiveDecoder::~LiveDecoder() { stop(); }

void LiveDecoder::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  shutdown(output_.get(), SHUT_RDWR);  // the decoder's read ends, also that of a child process
}

void LiveDecoder::end_input() { shutdown(input_.get(), SHUT_WR); }

void LiveDecoder::run(const DecodeLimits& limits) {
  auto decoded = base::attempt([&] { return decode(limits); });
  {
    const std::scoped_lock lock(mutex_);
    decoded_.ended = true;
    if (!decoded) error_ = std::move(decoded.error());
  }
  // Whoever still writes must not wait for a reader.
  shutdown(output_.get(), SHUT_RDWR);
  changed_.notify_all();
  if (on_ready_) on_ready_();
}

Result<void> LiveDecoder::decode(const DecodeLimits& limits) {
  AudioFile stream = AudioFile::stream(output_.get());
  if (pcm_) stream = stream.with_pcm(*pcm_);
  auto reader = MonoReader::open(stream, limits);
  if (!reader) return tl::make_unexpected(std::move(reader.error()));
  // Audio that is too short is an error, so the first samples wait until there are enough.
  const auto least = static_cast<std::size_t>(limits.min_duration * reader->info().sample_rate);
  std::vector<float> first;
  std::vector<float> block(kBlock);
  while (true) {
    const auto n = reader->read_some(block);
    if (!n) return tl::make_unexpected(n.error());
    if (*n == 0) break;
    std::span<const float> y = std::span(block).first(*n);
    if (first.size() < least) {
      first.insert(first.end(), y.begin(), y.end());
      if (first.size() < least) continue;
      y = first;
    }
    if (!put(y, reader->info())) return {};
  }
  const std::scoped_lock lock(mutex_);
  decoded_.warnings = reader->warnings().list();
  return {};
}

// Waits while too much is waiting. False: nobody wants more.
bool LiveDecoder::put(std::span<const float> y, const AudioInfo& info) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || decoded_.y.size() < kMostWaiting; });
    if (stopping_) return false;
    decoded_.y.insert(decoded_.y.end(), y.begin(), y.end());
    if (decoded_.info.sample_rate == 0) decoded_.info = info;
  }
  changed_.notify_all();
  if (on_ready_) on_ready_();
  return true;
}

Result<LiveDecoder::Audio> LiveDecoder::take() {
  Audio audio;
  {
    const std::scoped_lock lock(mutex_);
    if (error_ && decoded_.y.empty()) return tl::make_unexpected(*error_);
    audio = {.y = std::exchange(decoded_.y, {}),
             .info = decoded_.info,
             .ended = decoded_.ended && !error_,
             .failed = error_.has_value(),
             .warnings = decoded_.warnings};
  }
  changed_.notify_all();
  return audio;
}

void LiveDecoder::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return decoded_.ended || !decoded_.y.empty(); });
}

}  // namespace genre::audio
