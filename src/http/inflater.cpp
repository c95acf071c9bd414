#include "http/inflater.h"

#include <new>
#include <string>

#include "base/text.h"

namespace genre::http {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kZlib = MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;

}  // namespace

std::optional<bool> Inflater::is_gzip(std::string_view coding) {
  const std::string name = base::to_lower(base::trim(coding));
  if (name == "gzip" || name == "x-gzip") return true;
  if (name == "deflate") return false;
  return std::nullopt;
}

Inflater::Inflater(bool gzip) : gzip_(gzip) {
  if (inflateInit2(&stream_, gzip ? kGzip : kZlib) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(&stream_); }

Inflater::Step Inflater::decode(std::string_view input, std::span<std::byte> output) {
  if (input.empty()) return {0, 0, true};
  if (!begun_ && !gzip_) {
    // RFC 9110 means the format of zlib, but some clients send the data without its header. Its
    // first byte has the method 8 and a window of at most 2^15 bytes.
    const auto first = static_cast<unsigned char>(input.front());
    if ((first & 0x0F) != Z_DEFLATED || first >> 4 > 7) inflateReset2(&stream_, kRaw);
  }
  begun_ = true;
  // A gzip file can have several members (RFC 1952, section 2.2).
  if (complete_) {
    if (!gzip_) return {0, 0, false};
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
  return {input.size() - stream_.avail_in, output.size() - stream_.avail_out,
          status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR};
}

}  // namespace genre::http
