#include "http/problem.h"

#include <utility>

#include "base/json_text.h"

namespace genre::http {
namespace {

constexpr const char* kRetryAfter = "1";  // s

}  // namespace

Problem busy(std::string code, std::string detail) {
  return {.status = 503,
          .code = std::move(code),
          .detail = std::move(detail),
          .headers = {{"Retry-After", kRetryAfter}}};
}

nlohmann::ordered_json to_json(const Problem& problem) {
  return {{"type", "about:blank"},
          {"title", reason_phrase(problem.status)},
          {"status", problem.status},
          {"detail", problem.detail},
          {"code", problem.code}};
}

Response to_response(const Problem& problem) {
  return {.status = problem.status,
          .content_type = "application/problem+json",
          .body = base::json_text(to_json(problem)),
          .headers = problem.headers};
}

}  // namespace genre::http
