#include "audio/flac_decoder.h"

#include <FLAC/stream_decoder.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>
#include <vector>

#include "audio/decoder_input.h"

namespace genre::audio {
namespace {

struct DeleteDecoder {
  void operator()(FLAC__StreamDecoder* decoder) const { FLAC__stream_decoder_delete(decoder); }
};

// What libFLAC's callbacks share.
struct State {
  explicit State(const AudioFile& audio) : input(audio) {}

  DecoderInput input;
  FLAC__StreamMetadata_StreamInfo info{};
  std::uint64_t n_silent = 0;       // frames of silence before the last block
  std::vector<float> block;         // [frames, channels], the last one
  std::int64_t n_frames = 0;        // so far, with the silence and the last block
  std::uint64_t next_sample = 0;    // the number that the next sample should have
  bool error = false;               // since the last undamaged block
  std::vector<Damage> damage = {};  // since the block before the last one

  void start_at(std::uint64_t frame) {
    n_silent = 0;
    block.clear();
    n_frames = static_cast<std::int64_t>(frame);
    next_sample = frame;
    error = false;
    damage.clear();
  }

  void lose(std::uint64_t frames, std::string_view cause) {
    const std::int64_t from = n_frames;
    n_frames += static_cast<std::int64_t>(frames);
    damage.push_back({.from = from, .to = n_frames, .cause = cause});
  }
};

State& state_of(void* user) { return *static_cast<State*>(user); }

FLAC__StreamDecoderReadStatus read_input(const FLAC__StreamDecoder*, FLAC__byte* to,
                                         std::size_t* size, void* user) {
  *size = state_of(user).input.read(std::as_writable_bytes(std::span(to, *size)));
  return *size > 0 ? FLAC__STREAM_DECODER_READ_STATUS_CONTINUE
                   : FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
}

FLAC__StreamDecoderSeekStatus seek_input(const FLAC__StreamDecoder*, FLAC__uint64 offset,
                                         void* user) {
  state_of(user).input.seek(static_cast<std::int64_t>(offset), SEEK_SET);
  return FLAC__STREAM_DECODER_SEEK_STATUS_OK;
}

FLAC__StreamDecoderTellStatus tell_input(const FLAC__StreamDecoder*, FLAC__uint64* offset,
                                         void* user) {
  *offset = static_cast<FLAC__uint64>(state_of(user).input.position());
  return FLAC__STREAM_DECODER_TELL_STATUS_OK;
}

FLAC__StreamDecoderLengthStatus length_of_input(const FLAC__StreamDecoder*, FLAC__uint64* length,
                                                void* user) {
  *length = static_cast<FLAC__uint64>(state_of(user).input.size());
  return FLAC__STREAM_DECODER_LENGTH_STATUS_OK;
}

FLAC__bool is_at_end(const FLAC__StreamDecoder*, void* user) {
  const DecoderInput& input = state_of(user).input;
  return static_cast<FLAC__bool>(input.position() == input.size());
}

void on_metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* metadata, void* user) {
  if (metadata->type == FLAC__METADATA_TYPE_STREAMINFO) {
    state_of(user).info = metadata->data.stream_info;
  }
}

void on_error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus, void* user) {
  state_of(user).error = true;
}

bool is_silent(const FLAC__Frame& frame, const FLAC__int32* const* samples) {
  for (unsigned channel = 0; channel < frame.header.channels; ++channel) {
    const std::span values(samples[channel], frame.header.blocksize);
    if (std::ranges::any_of(values, [](FLAC__int32 sample) { return sample != 0; })) return false;
  }
  return true;
}

// Appends a block to state.block. libFLAC writes silence for a block with a wrong checksum, and for
// some seconds of blocks that it could not find.
FLAC__StreamDecoderWriteStatus on_block(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                        const FLAC__int32* const* samples, void* user) {
  State& state = state_of(user);
  const auto& header = frame->header;
  const std::uint64_t number = header.number.sample_number;
  // If files were joined, the numbers start again.
  if (state.error && number > state.next_sample && number < state.info.total_samples) {
    state.n_silent = number - state.next_sample;
    state.lose(state.n_silent, "blocks are missing");
  }
  state.next_sample = number + header.blocksize;

  const std::size_t channels = state.info.channels;
  const std::size_t at = state.block.size();
  state.block.resize(at + header.blocksize * channels);
  if (header.channels != channels || header.sample_rate != state.info.sample_rate) {
    state.lose(header.blocksize, "a block has another format");
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
  }
  state.error = state.error && is_silent(*frame, samples);
  if (state.error) {
    state.lose(header.blocksize, "a block has a wrong checksum");
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
  }
  state.n_frames += header.blocksize;
  const float scale = std::ldexp(1.0F, 1 - static_cast<int>(header.bits_per_sample));
  for (std::size_t channel = 0; channel < channels; ++channel) {
    float* to = state.block.data() + at + channel;
    for (std::size_t i = 0; i < header.blocksize; ++i, to += channels) {
      *to = static_cast<float>(samples[channel][i]) * scale;
    }
  }
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

class FlacDecoder final : public Decoder {
 public:
  FlacDecoder(AudioInfo info, std::unique_ptr<State> state,
              std::unique_ptr<FLAC__StreamDecoder, DeleteDecoder> decoder)
      : Decoder(std::move(info)), state_(std::move(state)), decoder_(std::move(decoder)) {}

  std::optional<std::int64_t> declared_frames() const override {
    if (state_->info.total_samples == 0) return std::nullopt;
    return static_cast<std::int64_t>(state_->info.total_samples);
  }

  std::optional<std::int64_t> seek(std::int64_t frame) override {
    if (frame >= declared_frames().value_or(0)) return std::nullopt;
    // libFLAC finds the block by bisection and writes the rest of it. The blocks that it tries may
    // begin with an error, which is none of the file.
    state_->start_at(static_cast<std::uint64_t>(frame));
    unread_ = {};
    const bool found =
        FLAC__stream_decoder_seek_absolute(decoder_.get(), static_cast<FLAC__uint64>(frame)) != 0 &&
        state_->damage.empty();
    state_->error = false;
    if (!found) {  // read on from the start
      state_->start_at(0);
      FLAC__stream_decoder_reset(decoder_.get());
      FLAC__stream_decoder_process_until_end_of_metadata(decoder_.get());
      return 0;
    }
    unread_ = state_->block;
    return frame;
  }

  Result<std::size_t> read(std::span<float> interleaved) override {
    const auto channels = static_cast<std::size_t>(info().channels);
    if (unread_.empty()) next_block();
    if (state_->n_silent > 0) {
      const auto frames = std::min<std::uint64_t>(state_->n_silent, interleaved.size() / channels);
      std::ranges::fill(interleaved.first(frames * channels), 0.0F);
      state_->n_silent -= frames;
      return frames;
    }
    const auto n = std::min(unread_.size(), interleaved.size() / channels * channels);
    std::ranges::copy(unread_.first(n), interleaved.begin());
    unread_ = unread_.subspan(n);
    return n / channels;
  }

 private:
  // Fills unread_; it stays empty at the end of the file.
  void next_block() {
    state_->block.clear();
    state_->damage.clear();
    while (state_->block.empty() && FLAC__stream_decoder_process_single(decoder_.get()) != 0 &&
           FLAC__stream_decoder_get_state(decoder_.get()) < FLAC__STREAM_DECODER_END_OF_STREAM) {
    }
    if (FLAC__stream_decoder_get_state(decoder_.get()) ==
        FLAC__STREAM_DECODER_MEMORY_ALLOCATION_ERROR) {
      throw std::bad_alloc();
    }
    for (const Damage& damage : state_->damage) report(damage);
    unread_ = state_->block;
    if (!unread_.empty()) state_->input.found_samples();
  }

  std::unique_ptr<State> state_;
  std::unique_ptr<FLAC__StreamDecoder, DeleteDecoder> decoder_;  // its callbacks use state_
  std::span<const float> unread_;                                // of state_->block
};

}  // namespace

std::unique_ptr<Decoder> open_flac(const AudioFile& audio) {
  std::unique_ptr<FLAC__StreamDecoder, DeleteDecoder> decoder(FLAC__stream_decoder_new());
  if (!decoder) throw std::bad_alloc();
  auto state = std::make_unique<State>(audio);
  const auto status = FLAC__stream_decoder_init_stream(
      decoder.get(), read_input, seek_input, tell_input, length_of_input, is_at_end, on_block,
      on_metadata, on_error, state.get());
  if (status == FLAC__STREAM_DECODER_INIT_STATUS_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (status != FLAC__STREAM_DECODER_INIT_STATUS_OK ||
      FLAC__stream_decoder_process_until_end_of_metadata(decoder.get()) == 0 ||
      state->info.sample_rate == 0 || state->info.channels == 0) {
    return nullptr;
  }
  state->error = false;
  return std::make_unique<FlacDecoder>(AudioInfo{static_cast<int>(state->info.sample_rate),
                                                 static_cast<int>(state->info.channels), "FLAC"},
                                       std::move(state), std::move(decoder));
}

}  // namespace genre::audio
