#include "genre/result.h"

namespace genre {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnreadableFile:
      return "unreadable_file";
    case ErrorCode::kEmptyFile:
      return "empty_file";
    case ErrorCode::kNotAudio:
      return "not_audio";
    case ErrorCode::kUnsupported:
      return "unsupported_audio";
    case ErrorCode::kTruncated:
      return "truncated";
    case ErrorCode::kNoSamples:
      return "no_samples";
    case ErrorCode::kNonFinite:
      return "non_finite_samples";
    case ErrorCode::kTooShort:
      return "too_short";
    case ErrorCode::kTooLong:
      return "too_long";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kBadModel:
      return "bad_model";
    case ErrorCode::kBadParameter:
      return "bad_parameter";
    case ErrorCode::kNeedsWholeFile:
      return "needs_whole_file";
    case ErrorCode::kBadTable:
      return "bad_table";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kOutOfMemory:
      return "out_of_memory";
    case ErrorCode::kInternal:
      return "internal_error";
  }
  return "unknown";
}

}  // namespace genre
