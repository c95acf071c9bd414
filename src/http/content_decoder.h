// Decodes the content codings gzip, deflate, br and zstd (RFC 9110, section 8.4.1) as they arrive.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace genre::http {

// Those of make_content_decoder, in the form of the header Accept-Encoding.
inline constexpr std::string_view kContentCodings = "gzip, deflate, br, zstd";

class ContentDecoder {
 public:
  virtual ~ContentDecoder() = default;

  enum class Status {
    kValid,
    kMalformed,
    kLargeWindow,  // the coding refers back further than kMaxZstdWindow
  };
  struct Step {
    std::size_t consumed = 0, produced = 0;  // bytes
    Status status = Status::kValid;
  };
  // Decodes from the front of `input` into `output`. If it fills the output, there may be more,
  // even if the input is consumed. If it neither consumes nor produces, it needs more input.
  // Throws std::bad_alloc.
  [[nodiscard]] virtual Step decode(std::string_view input, std::span<std::byte> output) = 0;

  // Whether the input so far is complete.
  [[nodiscard]] virtual bool complete() const = 0;

  // Memory for what has been decoded: at most this many bytes, and at most as many as were decoded.
  [[nodiscard]] virtual std::size_t window() const = 0;
};

// What RFC 9659 requires servers to accept.
inline constexpr std::size_t kMaxZstdWindow = std::size_t{8} * 1024 * 1024;

// Null for other codings. Names are case-insensitive. Throws std::bad_alloc.
[[nodiscard]] std::unique_ptr<ContentDecoder> make_content_decoder(std::string_view coding);

}  // namespace genre::http
