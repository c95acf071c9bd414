#include "http/gate.h"

#include <fmt/format.h>

#include <cmath>

#include "http/problem.h"

namespace genre::http {
namespace {

tl::expected<std::optional<Tokens>, std::string> read_tokens(const std::string& path) {
  if (path.empty()) return std::nullopt;
  return Tokens::read(path).map([](Tokens&& tokens) { return std::optional(std::move(tokens)); });
}

Problem unauthorized() {
  return {
      .status = 401,
      .code = "unauthorized",
      .detail = "This request needs the header \"Authorization: Bearer TOKEN\" with a valid token.",
      .headers = {{"WWW-Authenticate", "Bearer"}}};
}

}  // namespace

tl::expected<Gate, std::string> Gate::make(const GateOptions& options) {
  auto clients = read_tokens(options.token_file);
  if (!clients) return tl::make_unexpected(std::move(clients.error()));
  auto admins = read_tokens(options.admin_token_file);
  if (!admins) return tl::make_unexpected(std::move(admins.error()));
  Gate gate(options);
  gate.clients_ = std::move(*clients);
  gate.admins_ = std::move(*admins);
  return gate;
}

std::optional<Problem> Gate::check(Access access, bool limited, std::string_view authorization,
                                   const std::string& peer) {
  if (access == Access::kOpen) return std::nullopt;
  if (access == Access::kAdmin) {
    if (!admins_) {
      return Problem{.status = 403,
                     .code = "forbidden",
                     .detail =
                         "Administration over HTTP is disabled: the server was started "
                         "without --admin-token-file."};
    }
    if (!admins_->admit(authorization)) return unauthorized();
    return std::nullopt;
  }
  if (clients_ && !clients_->admit(authorization)) return unauthorized();
  if (!limited) return std::nullopt;
  const auto wait = rate_limit_.acquire(peer, RateLimit::Clock::now());
  if (wait.count() <= 0) return std::nullopt;
  return Problem{.status = 429,
                 .code = "rate_limited",
                 .detail = "This address sends requests faster than the rate limit allows.",
                 .headers = {{"Retry-After", fmt::format("{:.0f}", std::ceil(wait.count()))}}};
}

}  // namespace genre::http
