// Access control: bearer tokens and the rate limit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "http/problem.h"
#include "http/rate_limit.h"
#include "http/tokens.h"

namespace genre::http {

struct GateOptions {
  double rate_limit = 0;   // requests per second and client address, 0: no limit; beyond: 429
  double rate_burst = 20;  // requests of an address in a burst
  // Files of bearer tokens, one per line. Without the first one clients need no token; without the
  // second one there is no administration over HTTP.
  std::string token_file, admin_token_file;
};

enum class Access {
  kOpen,     // without a token
  kClients,  // with a client's token, if the server has a token file
  kAdmin,    // with an administrator's token
};

// Belongs to one thread.
class Gate {
 public:
  // Error: a sentence about a token file.
  [[nodiscard]] static tl::expected<Gate, std::string> make(const GateOptions& options);

  // Why the request is refused, or nothing. limited: whether it counts for the rate limit.
  // authorization: the header field; peer: the client's address.
  [[nodiscard]] std::optional<Problem> check(Access access, bool limited,
                                             std::string_view authorization,
                                             const std::string& peer);

 private:
  explicit Gate(const GateOptions& options) : rate_limit_(options.rate_limit, options.rate_burst) {}

  std::optional<Tokens> clients_, admins_;
  RateLimit rate_limit_;
};

}  // namespace genre::http
