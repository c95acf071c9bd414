// Bearer tokens (RFC 6750).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace genre::http {

class Tokens {
 public:
  // One token per line; blank lines and lines that start with # are ignored. Error: a sentence that
  // names the file.
  [[nodiscard]] static tl::expected<Tokens, std::string> read(const std::string& path);

  explicit Tokens(const std::vector<std::string>& tokens);

  // authorization: the header value, "Bearer TOKEN". The comparison takes constant time, so that a
  // client cannot guess a token byte by byte.
  [[nodiscard]] bool admit(std::string_view authorization) const;

 private:
  using Digest = std::array<unsigned char, 32>;  // SHA-256
  std::vector<Digest> digests_;
};

}  // namespace genre::http
