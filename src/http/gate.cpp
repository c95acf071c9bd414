#include "http/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

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

// wait: until the request can be admitted; zero if it is.
std::optional<Problem> rate_limited(std::chrono::duration<double> wait) {
  if (wait.count() <= 0) return std::nullopt;
  return Problem{.status = 429,
                 .code = "rate_limited",
                 .detail = "This address sends predictions faster than the rate limit allows.",
                 .headers = {{"Retry-After", fmt::format("{:.0f}", std::ceil(wait.count()))}}};
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
  return rate_limited(rate_limit_->acquire(peer, RateLimit::Clock::now()));
}

std::optional<Problem> Gate::charge(const std::string& peer, std::size_t n) {
  return rate_limited(
      rate_limit_->acquire_more(peer, n - std::min<std::size_t>(n, 1), RateLimit::Clock::now()));
}

void Gate::replace_tokens(Gate&& other) {
  clients_ = std::move(other.clients_);
  admins_ = std::move(other.admins_);
}

}  // namespace genre::http
