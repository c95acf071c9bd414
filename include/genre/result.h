// Errors as values. An error caused by input (bytes, files, requests, flags) is returned as a
// Result. A programming error of the caller is an exception (std::invalid_argument).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

enum class ErrorCode {
  kUnreadableFile,  // the file cannot be opened, read or written
  kEmptyFile,       // the file has no bytes
  kNotAudio,        // the bytes are in no known audio format
  kUnsupported,     // an audio format or a variant that cannot be decoded
  kTruncated,       // the file ends before the audio that its header declares
  kNoSamples,       // a valid header without audio
  kNonFinite,       // samples that are NaN, infinite or larger than kMaxSample
  kTooShort,        // less audio than DecodeLimits::min_duration
  kTooLong,         // more audio than DecodeLimits::max_duration or max_samples
  kCancelled,       // the caller cancelled the prediction
  kBadModel,        // a model file that cannot be used
  kBadParameter,    // a parameter of a front end or a feature that is out of its range
  kNeedsWholeFile,  // the model cannot predict audio that is still arriving
  kBadTable,        // a feature table or split list that cannot be trained on
  kUnavailable,     // a required service does not respond, or refuses
  kOutOfMemory,     // not enough memory
  kInternal,        // a bug in this program: an unexpected exception
};

// The stable snake_case name of a code ("not_audio"), as used in JSON responses.
[[nodiscard]] std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;  // one sentence: what is wrong and what would be right
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::make_unexpected(Error{code, std::move(message)});
}

}  // namespace genre
#pragma GCC visibility pop
