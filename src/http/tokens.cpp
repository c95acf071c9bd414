#include "http/tokens.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <fstream>

#include "base/text.h"

namespace genre::http {
namespace {

std::array<unsigned char, SHA256_DIGEST_LENGTH> sha256(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

}  // namespace

tl::expected<Tokens, std::string> Tokens::read(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> tokens;
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    const auto token = base::trim(line);
    if (!token.empty() && token.front() != '#') tokens.emplace_back(token);
  }
  if (!file.eof()) return tl::make_unexpected(fmt::format("{}: the file cannot be read", path));
  if (tokens.empty()) {
    return tl::make_unexpected(fmt::format("{}: the file has no token (one per line)", path));
  }
  return Tokens(tokens);
}

Tokens::Tokens(const std::vector<std::string>& tokens) {
  for (const std::string& token : tokens) digests_.push_back(sha256(token));
}

bool Tokens::admit(std::string_view authorization) const {
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos ||
      base::to_lower(authorization.substr(0, space)) != "bearer") {
    return false;
  }
  const Digest shown = sha256(base::trim(authorization.substr(space)));
  bool admitted = false;
  for (const Digest& digest : digests_) {
    admitted |= CRYPTO_memcmp(digest.data(), shown.data(), digest.size()) == 0;
  }
  return admitted;
}

}  // namespace genre::http
