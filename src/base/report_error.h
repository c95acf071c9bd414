// Writes errors to standard error, for programs. The library returns its errors instead.
#pragma once

#include <string_view>

namespace genre::base {

// Writes "PROGRAM: MESSAGE" as one line. The message may quote names from anywhere: what a terminal
// would obey is escaped (see printable()). Errors of standard error are ignored. Thread-safe.
void report_error(std::string_view program, std::string_view message) noexcept;

}  // namespace genre::base
