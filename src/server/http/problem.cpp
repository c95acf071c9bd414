#include "server/http/problem.h"

namespace genre::server {
namespace {

constexpr const char* kRetryAfter = "1";  // s

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotAudio:
    case ErrorCode::kUnsupported:
      return 415;
    case ErrorCode::kEmptyFile:
    case ErrorCode::kTruncated:
    case ErrorCode::kNoSamples:
    case ErrorCode::kNonFinite:
    case ErrorCode::kTooShort:
      return 422;
    case ErrorCode::kTooLong:
      return 413;
    case ErrorCode::kCancelled:
      return 503;
    case ErrorCode::kBadModel:
    case ErrorCode::kBadTable:
    case ErrorCode::kUnavailable:
    case ErrorCode::kUnreadableFile:
      return 500;
  }
  return 500;
}

nlohmann::ordered_json object(int status, std::string_view code, std::string_view detail) {
  return {{"type", "about:blank"},
          {"title", reason_phrase(status)},
          {"status", status},
          {"detail", detail},
          {"code", code}};
}

}  // namespace

Response problem(int status, std::string_view code, std::string_view detail) {
  const auto json = object(status, code, detail);
  return {.status = status,
          .content_type = "application/problem+json",
          .body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Response problem(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return busy(to_string(error.code), error.message);
  return problem(status_of(error.code), to_string(error.code), error.message);
}

nlohmann::ordered_json problem_json(const Error& error) {
  return object(status_of(error.code), to_string(error.code), error.message);
}

Response busy(std::string_view code, std::string_view detail) {
  Response response = problem(503, code, detail);
  response.headers.emplace_back("Retry-After", kRetryAfter);
  return response;
}

}  // namespace genre::server
