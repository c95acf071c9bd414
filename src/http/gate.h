// Access control: bearer tokens and the rate limit.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "http/problem.h"
#include "http/rate_limit.h"
#include "http/tokens.h"

namespace genre::http {

struct GateOptions {
  double rate_limit = 0;   // predictions/s per client address, 0: no limit; beyond: 429
  double rate_burst = 20;  // burst size per address
  // Files of bearer tokens, one per line. Without token_file, clients need no token. Without
  // admin_token_file, administration over HTTP is disabled.
  std::string token_file, admin_token_file;
};

enum class Access {
  kOpen,     // no token
  kClients,  // a client's token, if the server has a token file
  kAdmin,    // an administrator's token
};

// Use it on one thread only, except for charge, which is thread-safe.
class Gate {
 public:
  // Error: a sentence that names the token file.
  [[nodiscard]] static tl::expected<Gate, std::string> make(const GateOptions& options);

  // Why the request is refused, or nothing. limited: whether the rate limit applies.
  // authorization: the header value; peer: the client's address.
  [[nodiscard]] std::optional<Problem> check(Access access, bool limited,
                                             std::string_view authorization,
                                             const std::string& peer);

  // Why a request that check has admitted as one is refused, now that its size is known, or
  // nothing. n: what the rate limit counts for it.
  [[nodiscard]] std::optional<Problem> charge(const std::string& peer, std::size_t n);

  // Takes over the tokens of another gate; the rate limit stays as it is.
  void replace_tokens(Gate&& other);

 private:
  explicit Gate(const GateOptions& options)
      : rate_limit_(std::make_unique<RateLimit>(options.rate_limit, options.rate_burst)) {}

  std::optional<Tokens> clients_, admins_;
  std::unique_ptr<RateLimit> rate_limit_;  // cannot be moved
};

}  // namespace genre::http
