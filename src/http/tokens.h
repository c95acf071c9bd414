// Bearer tokens (RFC 6750), one of which a request must show.
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
  // A token a line; blank lines and lines with a # first do not count. Error: a sentence that names
  // the file.
  [[nodiscard]] static tl::expected<Tokens, std::string> read(const std::string& path);

  explicit Tokens(const std::vector<std::string>& tokens);

  // authorization: the header field, "Bearer TOKEN". How long this takes tells nothing of a token.
  [[nodiscard]] bool admit(std::string_view authorization) const;

 private:
  using Digest = std::array<unsigned char, 32>;  // SHA-256
  std::vector<Digest> digests_;
};

}  // namespace genre::http
