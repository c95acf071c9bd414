// Decodes bytes that are pushed to it, on a thread of its own: the decoders pull their input, and
// wait for it wherever they are.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "genre/audio.h"

namespace genre::audio {

// The same limits, for audio of any length.
[[nodiscard]] DecodeLimits without_end(DecodeLimits limits);

// Thread-safe: one thread may write to the descriptor while another one takes the samples.
class LiveDecoder {
 public:
  // pcm: of samples without a header; else the first bytes show the format. on_ready: called on the
  // decoder's thread when take() has more, or the end; must not block or throw. The limits for the
  // length have no effect.
  LiveDecoder(const std::optional<PcmFormat>& pcm, const DecodeLimits& limits,
              std::function<void()> on_ready = {});
  ~LiveDecoder();
  LiveDecoder(const LiveDecoder&) = delete;
  LiveDecoder& operator=(const LiveDecoder&) = delete;

  // A socket to write the bytes to. It is full while the decoder is behind.
  [[nodiscard]] int input() const { return input_.get(); }
  void end_input();

  // Nobody takes more: the thread ends soon. Does not wait for it.
  void stop();

  struct Audio {
    std::vector<float> y;                // mono, at info.sample_rate
    AudioInfo info;                      // known as soon as there are samples
    bool ended = false;                  // these are the last samples
    bool failed = false;                 // the next call returns an error
    std::vector<Warning> warnings = {};  // at the end
  };
  // What was decoded since the last call, without waiting. Errors: those of AudioStream. The
  // samples before an error come first.
  [[nodiscard]] Result<Audio> take();

  // Waits until take() has more, or the end.
  void wait();

 private:
  void run(const DecodeLimits& limits);
  [[nodiscard]] Result<void> decode(const DecodeLimits& limits);
  [[nodiscard]] bool put(std::span<const float> y, const AudioInfo& info);

  base::Descriptor input_, output_;
  const std::optional<PcmFormat> pcm_;
  const std::function<void()> on_ready_;
  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  Audio decoded_;
  std::optional<Error> error_;
  bool stopping_ = false;
  std::jthread thread_;
};

}  // namespace genre::audio
