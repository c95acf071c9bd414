#include "server/gate/gate.h"

#include <fmt/format.h>

#include <cmath>

#include "server/http/problem.h"

namespace genre::server {
namespace {

tl::expected<std::optional<Tokens>, std::string> read_tokens(const std::string& path) {
  if (path.empty()) return std::nullopt;
  return Tokens::read(path).map([](Tokens&& tokens) { return std::optional(std::move(tokens)); });
}

Response unauthorized() {
  Response response = problem(401, "unauthorized",
                              "This needs Authorization: Bearer with a token that is known here.");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

tl::expected<Gate, std::string> Gate::make(const ServerOptions& options) {
  auto clients = read_tokens(options.token_file);
  if (!clients) return tl::make_unexpected(std::move(clients.error()));
  auto admins = read_tokens(options.admin_token_file);
  if (!admins) return tl::make_unexpected(std::move(admins.error()));
  Gate gate(options);
  gate.clients_ = std::move(*clients);
  gate.admins_ = std::move(*admins);
  return gate;
}

std::optional<Response> Gate::refuse(const Route& route, std::string_view authorization,
                                     const std::string& peer) {
  if (route.access == Access::kOpen) return std::nullopt;
  if (route.access == Access::kAdmin) {
    if (!admins_) {
      return problem(403, "forbidden",
                     "This server was started without --admin-token-file, so this is not to be had "
                     "over HTTP.");
    }
    if (!admins_->admit(authorization)) return unauthorized();
    return std::nullopt;
  }
  if (clients_ && !clients_->admit(authorization)) return unauthorized();
  if (!route.post) return std::nullopt;  // what costs nothing
  const auto wait = rate_limit_.ask(peer, RateLimit::Clock::now());
  if (wait.count() <= 0) return std::nullopt;
  Response response =
      problem(429, "rate_limited", "This address sends more requests than it may for a while.");
  response.headers.emplace_back("Retry-After", fmt::format("{:.0f}", std::ceil(wait.count())));
  return response;
}

}  // namespace genre::server
