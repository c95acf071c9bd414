// Decodes the content codings gzip and deflate (RFC 9110, section 8.4.1) with zlib.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace genre::http {

class Inflater {
 public:
  // Nothing for other codings. Names are case-insensitive.
  [[nodiscard]] static std::optional<bool> is_gzip(std::string_view coding);

  // gzip: else deflate. Throws std::bad_alloc.
  explicit Inflater(bool gzip);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  struct Step {
    std::size_t consumed, produced;  // bytes
    bool valid;
  };
  // Decodes from the front of `input` into `output`. Needs more input where it produces nothing.
  [[nodiscard]] Step decode(std::string_view input, std::span<std::byte> output);

  // Whether the input so far is complete.
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  const bool gzip_;
  z_stream stream_{};
  bool begun_ = false;     // the first byte is known
  bool complete_ = false;  // at the end of a member
};

}  // namespace genre::http
