#include "server/api/error_response.h"

#include <string>

namespace genre::server {
namespace {

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
    case ErrorCode::kNeedsWholeFile:
      return 422;
    case ErrorCode::kTooLong:
      return 413;
    case ErrorCode::kCancelled:
    case ErrorCode::kOutOfMemory:
      return 503;
    case ErrorCode::kBadModel:
    case ErrorCode::kBadParameter:
    case ErrorCode::kBadTable:
    case ErrorCode::kUnavailable:
    case ErrorCode::kUnreadableFile:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace

http::Problem to_problem(const Error& error) {
  const int status = status_of(error.code);
  std::string code(to_string(error.code));
  if (status == 503) return http::busy(std::move(code), error.message);
  if (error.code == ErrorCode::kInternal) return internal_error();
  return {.status = status, .code = std::move(code), .detail = error.message};
}

http::Problem malformed_inference(std::string detail) {
  return {400, "malformed_inference_request", std::move(detail)};
}

http::Problem internal_error() {
  return {500, "internal_error", "An internal error occurred. The server log has the details."};
}

}  // namespace genre::server
