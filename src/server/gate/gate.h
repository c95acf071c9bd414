// Who may ask for what, and how often.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "server/api/routes.h"
#include "server/gate/rate_limit.h"
#include "server/gate/tokens.h"
#include "server/options.h"

namespace genre::server {

// Belongs to one thread.
class Gate {
 public:
  // Error: a sentence about a file of tokens.
  [[nodiscard]] static tl::expected<Gate, std::string> make(const ServerOptions& options);

  // The answer that refuses a request for this route, if any. authorization: the header field;
  // peer: the client's address.
  [[nodiscard]] std::optional<Response> refuse(const Route& route, std::string_view authorization,
                                               const std::string& peer);

 private:
  explicit Gate(const ServerOptions& options)
      : rate_limit_(options.rate_limit, options.rate_burst) {}

  std::optional<Tokens> clients_, admins_;
  RateLimit rate_limit_;
};

}  // namespace genre::server
