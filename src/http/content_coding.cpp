#include "http/content_coding.h"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <utility>

namespace genre::http {
namespace {

// The levels at which a coding takes no longer than gzip's default.
constexpr int kBrotliQuality = 5;
constexpr int kZstdLevel = 6;

std::optional<std::string> brotli(const std::string& body) {
  std::size_t size = BrotliEncoderMaxCompressedSize(body.size());
  std::string coded(size, '\0');
  const bool done =
      BrotliEncoderCompress(kBrotliQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, body.size(),
                            reinterpret_cast<const std::uint8_t*>(body.data()), &size,
                            reinterpret_cast<std::uint8_t*>(coded.data()));
  if (!done) return std::nullopt;
  coded.resize(size);
  return coded;
}

std::optional<std::string> zstd(const std::string& body) {
  std::string coded(ZSTD_compressBound(body.size()), '\0');
  const std::size_t size =
      ZSTD_compress(coded.data(), coded.size(), body.data(), body.size(), kZstdLevel);
  if (ZSTD_isError(size)) return std::nullopt;
  coded.resize(size);
  return coded;
}

std::optional<std::string> gzip(const std::string& body) {
  constexpr int kGzip = 16 + MAX_WBITS;
  constexpr int kMemory = 8;  // zlib's default
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string coded(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  const int status = deflate(&stream, Z_FINISH);
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  return status == Z_STREAM_END ? std::optional(std::move(coded)) : std::nullopt;
}

}  // namespace

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::kBrotli:
      return "br";
    case Coding::kZstd:
      return "zstd";
    case Coding::kGzip:
      return "gzip";
    case Coding::kIdentity:
      break;
  }
  return "identity";
}

std::optional<std::string> encode(Coding coding, const std::string& body) {
  switch (coding) {
    case Coding::kBrotli:
      return brotli(body);
    case Coding::kZstd:
      return zstd(body);
    case Coding::kGzip:
      return gzip(body);
    case Coding::kIdentity:
      break;
  }
  return body;
}

}  // namespace genre::http
