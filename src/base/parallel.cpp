#include "base/parallel.h"

#include <pthread.h>

#include <algorithm>
#include <new>
#include <string>

namespace genre::base {
namespace {

// Copying the message may fail for lack of memory. The short message fits into std::string without
// an allocation.
Error error_with(ErrorCode code, const char* message) noexcept {
  try {
    return {code, message};
  } catch (...) {
    return {code, "out of memory"};
  }
}

}  // namespace

unsigned default_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

void name_this_thread(const char* name) noexcept { pthread_setname_np(pthread_self(), name); }

Error current_error() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return error_with(ErrorCode::kOutOfMemory, "there is not enough memory");
  } catch (const std::exception& error) {
    return error_with(ErrorCode::kInternal, error.what());
  } catch (...) {
    return error_with(ErrorCode::kInternal, "an exception of unknown type");
  }
}

}  // namespace genre::base
