#include "http/content_decoder.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <bit>
#include <cstdint>
#include <new>
#include <string>

#include "base/text.h"

namespace genre::http {
namespace {

using Status = ContentDecoder::Status;

// gzip and deflate.
class Inflater final : public ContentDecoder {
 public:
  explicit Inflater(bool gzip) : gzip_(gzip) {
    if (inflateInit2(&stream_, gzip ? kGzip : kZlib) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() override { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  [[nodiscard]] Step decode(std::string_view input, std::span<std::byte> output) override;
  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] std::size_t window() const override { return std::size_t{1} << MAX_WBITS; }

 private:
  static constexpr int kGzip = 16 + MAX_WBITS;
  static constexpr int kZlib = MAX_WBITS;
  static constexpr int kRaw = -MAX_WBITS;

  const bool gzip_;
  z_stream stream_{};
  bool begun_ = false;     // the first byte is known
  bool complete_ = false;  // at the end of a member
};

ContentDecoder::Step Inflater::decode(std::string_view input, std::span<std::byte> output) {
  if (input.empty() && (complete_ || !begun_)) return {};
  if (!begun_ && !gzip_) {
    // RFC 9110 means the format of zlib, but some clients send the data without its header. Its
    // first byte has the method 8 and a window of at most 2^15 bytes.
    const auto first = static_cast<unsigned char>(input.front());
    if ((first & 0x0F) != Z_DEFLATED || first >> 4 > 7) inflateReset2(&stream_, kRaw);
  }
  begun_ = true;
  // A gzip file can have several members (RFC 1952, section 2.2).
  if (complete_) {
    if (!gzip_) return {.status = Status::kMalformed};
    inflateReset(&stream_);
    complete_ = false;
  }
  // zlib does not write to the input, but older versions lack the const.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream_.avail_in = static_cast<uInt>(input.size());
  stream_.next_out = reinterpret_cast<Bytef*>(output.data());
  stream_.avail_out = static_cast<uInt>(output.size());
  const int status = inflate(&stream_, Z_NO_FLUSH);
  complete_ = status == Z_STREAM_END;
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  const bool valid = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
  return {input.size() - stream_.avail_in, output.size() - stream_.avail_out,
          valid ? Status::kValid : Status::kMalformed};
}

class BrotliDecoder final : public ContentDecoder {
 public:
  BrotliDecoder() {
    if (!state_) throw std::bad_alloc();
  }

  [[nodiscard]] Step decode(std::string_view input, std::span<std::byte> output) override;
  [[nodiscard]] bool complete() const override { return BrotliDecoderIsFinished(state_.get()); }
  [[nodiscard]] std::size_t window() const override { return std::size_t{1} << kMaxWindowBits; }

 private:
  static constexpr int kMaxWindowBits = 24;  // RFC 7932, section 9.1; larger ones are an extension

  struct Destroy {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliDecoderState, Destroy> state_{
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)};
};

ContentDecoder::Step BrotliDecoder::decode(std::string_view input, std::span<std::byte> output) {
  if (complete()) return {.status = input.empty() ? Status::kValid : Status::kMalformed};
  std::size_t in_left = input.size(), out_left = output.size();
  auto* next_in = reinterpret_cast<const std::uint8_t*>(input.data());
  auto* next_out = reinterpret_cast<std::uint8_t*>(output.data());
  const auto result = BrotliDecoderDecompressStream(state_.get(), &in_left, &next_in, &out_left,
                                                    &next_out, nullptr);
  if (result == BROTLI_DECODER_RESULT_ERROR) {
    const int code = BrotliDecoderGetErrorCode(state_.get());
    if (code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
        code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES) {
      throw std::bad_alloc();
    }
  }
  return {input.size() - in_left, output.size() - out_left,
          result == BROTLI_DECODER_RESULT_ERROR ? Status::kMalformed : Status::kValid};
}

class ZstdDecoder final : public ContentDecoder {
 public:
  ZstdDecoder() {
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, std::countr_zero(kMaxZstdWindow));
  }

  [[nodiscard]] Step decode(std::string_view input, std::span<std::byte> output) override;
  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] std::size_t window() const override { return kMaxZstdWindow; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  bool complete_ = false;  // at the end of a frame; another one may follow (RFC 8878, section 3)
};

ContentDecoder::Step ZstdDecoder::decode(std::string_view input, std::span<std::byte> output) {
  if (input.empty() && complete_) return {};
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  ZSTD_outBuffer out{output.data(), output.size(), 0};
  const std::size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
  const auto error = ZSTD_getErrorCode(result);
  if (error == ZSTD_error_memory_allocation) throw std::bad_alloc();
  complete_ = result == 0;
  const Status status = error == ZSTD_error_no_error                        ? Status::kValid
                        : error == ZSTD_error_frameParameter_windowTooLarge ? Status::kLargeWindow
                                                                            : Status::kMalformed;
  return {in.pos, out.pos, status};
}

}  // namespace

std::unique_ptr<ContentDecoder> make_content_decoder(std::string_view coding) {
  const std::string name = base::to_lower(base::trim(coding));
  if (name == "gzip" || name == "x-gzip") return std::make_unique<Inflater>(true);
  if (name == "deflate") return std::make_unique<Inflater>(false);
  if (name == "br") return std::make_unique<BrotliDecoder>();
  if (name == "zstd") return std::make_unique<ZstdDecoder>();
  return nullptr;
}

}  // namespace genre::http
