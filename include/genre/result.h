// Errors as values: whatever bytes, files, requests or flags from outside can cause comes back
// as a Result. A programming mistake of the caller is an exception (std::invalid_argument).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#pragma GCC visibility push(default)  // the shared library exports this
namespace genre {

enum class ErrorCode {
  kUnreadableFile,  // the file cannot be opened, read or written
  kEmptyFile,       // no bytes at all
  kNotAudio,        // the bytes are no audio format known here
  kUnsupported,     // an audio format, but a variant that cannot be decoded
  kTruncated,       // the bytes end before the audio that their header promises
  kNoSamples,       // a valid header with no audio behind it
  kNonFinite,       // samples that are NaN, infinite, or beyond any audio level
  kTooShort,        // less audio than DecodeLimits::min_duration
  kTooLong,         // more audio than DecodeLimits::max_duration or max_samples
  kCancelled,       // the caller wants no answer any more
  kBadModel,        // a model file that cannot be served
  kBadTable,        // a feature table or split list that cannot be trained on
  kUnavailable,     // a service that is needed does not answer, or refuses
  kOutOfMemory,     // more memory is needed than there is
  kInternal,        // a fault of this program: an exception that nothing expected
};

// The stable snake_case name of a code ("not_audio"), as it stands in JSON answers.
[[nodiscard]] std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;  // what was wrong and what would be right, in one sentence
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::make_unexpected(Error{code, std::move(message)});
}

}  // namespace genre
#pragma GCC visibility pop
