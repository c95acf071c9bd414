// Who may ask for what, and how often.
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
  double rate_burst = 20;  // requests of an address at once
  // Files of bearer tokens, one a line. Without the first, clients need no token; without the
  // second, there is no administration over HTTP.
  std::string token_file, admin_token_file;
};

enum class Access {
  kOpen,     // anybody
  kClients,  // with one of the clients' tokens, if there are any
  kAdmin,    // with an administrator's token
};

// Belongs to one thread.
class Gate {
 public:
  // Error: a sentence about a file of tokens.
  [[nodiscard]] static tl::expected<Gate, std::string> make(const GateOptions& options);

  // Why a request is refused, if it is. limited: whether it counts for the rate limit.
  // authorization: the header field; peer: the client's address.
  [[nodiscard]] std::optional<Problem> refuse(Access access, bool limited,
                                              std::string_view authorization,
                                              const std::string& peer);

 private:
  explicit Gate(const GateOptions& options) : rate_limit_(options.rate_limit, options.rate_burst) {}

  std::optional<Tokens> clients_, admins_;
  RateLimit rate_limit_;
};

}  // namespace genre::http
