#include "audio/mpg123_decoder.h"

#include <mpg123.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <utility>

#include "audio/decoder_input.h"
#include "audio/mpeg_table.h"
#include "audio/mpeg_watch.h"

namespace genre::audio {
namespace {

ssize_t read_input(void* handle, void* to, std::size_t count) {
  auto& input = *static_cast<DecoderInput*>(handle);
  return static_cast<ssize_t>(input.read({static_cast<std::byte*>(to), count}));
}

off_t seek_input(void* handle, off_t offset, int whence) {
  return static_cast<DecoderInput*>(handle)->seek(offset, whence);
}

// The next bytes of a stream. Its end is not fed: libmpg123 then only has no more frames.
bool feed(mpg123_handle* handle, DecoderInput& input) {
  std::array<std::byte, 4096> bytes{};
  const std::size_t n = input.read(bytes);
  return n > 0 &&
         mpg123_feed(handle, reinterpret_cast<const unsigned char*>(bytes.data()), n) == MPG123_OK;
}

struct DeleteHandle {
  void operator()(mpg123_handle* handle) const { mpg123_delete(handle); }
};
using Handle = std::unique_ptr<mpg123_handle, DeleteHandle>;

class Mpg123Decoder final : public Decoder {
 public:
  Mpg123Decoder(AudioInfo info, std::unique_ptr<DecoderInput> input, Handle handle,
                const AudioFile& audio)
      : Decoder(std::move(info)),
        audio_(audio),
        input_(std::move(input)),
        handle_(std::move(handle)),
        first_(mpg123_framepos(handle_.get())),
        first_number_(mpg123_tellframe(handle_.get())),
        watch_(audio) {}

  std::optional<std::int64_t> count_frames() override {
    if (!table()) return std::nullopt;
    // libmpg123 leaves out what the encoder added if a header says how much that is. Such a header
    // also has the number of frames.
    if (table_->declared) return mpg123_length(handle_.get());
    return static_cast<std::int64_t>(table_->offsets.size()) * table_->n_samples;
  }

  std::optional<std::int64_t> seek(std::int64_t frame) override {
    if (frame >= count_frames().value_or(0)) return std::nullopt;
    const auto at = static_cast<std::size_t>(frame / table_->n_samples);
    mpg123_param(handle_.get(), MPG123_PREFRAMES, static_cast<long>(table_->frames_before(at)), 0);
    if (mpg123_seek(handle_.get(), frame, SEEK_SET) != frame) return std::nullopt;
    unread_ = {};
    watch_.jump();
    return n_read_ = frame;
  }

  Result<std::size_t> read(std::span<float> interleaved) override {
    if (unread_.empty()) next_frame();
    const auto channels = static_cast<std::size_t>(info().channels);
    const auto n = std::min(unread_.size(), interleaved.size() / channels * channels);
    std::ranges::copy(unread_.first(n), interleaved.begin());
    unread_ = unread_.subspan(n);
    n_read_ += static_cast<std::int64_t>(n / channels);
    return n / channels;
  }

 private:
  // Fills unread_; it stays empty at the end. Decodes one frame at a time, so that the position of
  // each in the file shows the gaps between them.
  void next_frame() {
    // If the sample rate or the number of channels changes, as in joined files, libmpg123 returns
    // MPG123_NEW_FORMAT once and then converts to the format that was set at the start. Frames
    // without samples are those that the encoder added at the start.
    int status = MPG123_OK;
    std::size_t size = 0;
    unsigned char* bytes = nullptr;
    while ((status == MPG123_OK || status == MPG123_NEW_FORMAT) && size == 0) {
      off_t number = 0;
      do {
        status = mpg123_decode_frame(handle_.get(), &number, &bytes, &size);
      } while (status == MPG123_NEED_MORE && feed(handle_.get(), *input_));
      mpg123_frameinfo frame{};
      if (status == MPG123_OK && mpg123_info(handle_.get(), &frame) == MPG123_OK) {
        add(watch_.next(mpg123_framepos(handle_.get()), frame.framesize));
      }
    }
    if (size > 0) {
      input_->found_samples();
      unread_ = {reinterpret_cast<const float*>(bytes), size / sizeof(float)};
      return;
    }
    if (mpg123_errcode(handle_.get()) == MPG123_OUT_OF_MEM) throw std::bad_alloc();
    if (!ended_) add(watch_.end(n_read_));
    ended_ = true;
  }

  void add(std::optional<Damage> damage) {
    if (!damage) return;
    damage->from += n_read_;
    damage->to += n_read_;
    report(*damage);
  }

  // The frames of the file, found at the first call; null if it is not one undamaged stream.
  const MpegTable* table() {
    if (std::exchange(searched_, true)) return table_ ? &*table_ : nullptr;
    table_ = read_mpeg_table(audio_);
    if (!table_) return nullptr;
    // libmpg123 does not count the frame of a Xing header, nor do its numbers.
    auto& offsets = table_->offsets;
    const auto current = std::ranges::find(offsets, first_);
    const off_t n_headers = std::distance(offsets.begin(), current) - first_number_;
    if (current == offsets.end() || n_headers < 0 || n_headers > 1) {
      table_.reset();
      return nullptr;
    }
    offsets.erase(offsets.begin(), offsets.begin() + n_headers);
    if (mpg123_set_index(handle_.get(), offsets.data(), 1, offsets.size()) != MPG123_OK) {
      table_.reset();
    }
    return table();
  }

  AudioFile audio_;
  std::unique_ptr<DecoderInput> input_;
  Handle handle_;
  off_t first_, first_number_;  // offset and number of the frame that gave the format
  MpegWatch watch_;
  bool searched_ = false;
  std::optional<MpegTable> table_;
  std::span<const float> unread_;  // of libmpg123's output
  std::int64_t n_read_ = 0;        // frames
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> open_mpg123(const AudioFile& audio) {
  int error = MPG123_OK;
  Handle handle(mpg123_new(nullptr, &error));
  if (!handle) throw std::bad_alloc();  // its only failure here
  mpg123_handle* const h = handle.get();
  auto input = std::make_unique<DecoderInput>(audio);
  // Skip any bytes between two frames, as players do; DecoderInput bounds the search.
  constexpr long kNoLimit = -1;
  // MPG123_QUIET, because a library must not print. MPG123_RVA_OFF, because libsndfile does not
  // apply ReplayGain either.
  bool opened = mpg123_param(h, MPG123_ADD_FLAGS,
                             MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_GAPLESS, 0) == MPG123_OK &&
                mpg123_param(h, MPG123_RESYNC_LIMIT, kNoLimit, 0) == MPG123_OK &&
                mpg123_param(h, MPG123_RVA, MPG123_RVA_OFF, 0) == MPG123_OK &&
                mpg123_replace_reader_handle(h, read_input, seek_input, nullptr) == MPG123_OK;
  // libmpg123 looks for tags at the end of a file, which a stream does not have yet.
  opened = opened && (audio.is_stream() ? mpg123_open_feed(h)
                                        : mpg123_open_handle(h, input.get())) == MPG123_OK;
  long sr = 0;
  int channels = 0, encoding = 0;
  int status = MPG123_ERR;
  while (opened) {
    status = mpg123_getformat(h, &sr, &channels, &encoding);
    if (status != MPG123_NEED_MORE || !feed(h, *input)) break;
  }
  if (status != MPG123_OK) return nullptr;
  // Allow only the first format, so that a stream whose format changes is converted to it.
  const bool fixed = mpg123_format_none(h) == MPG123_OK &&
                     mpg123_format(h, sr, channels, MPG123_ENC_FLOAT_32) == MPG123_OK;
  if (!fixed) return nullptr;
  return std::make_unique<Mpg123Decoder>(
      AudioInfo{static_cast<int>(sr), channels, "MPEG-1/2 Audio"}, std::move(input),
      std::move(handle), audio);
}

}  // namespace genre::audio
