// Maps the library's errors to HTTP problems.
#pragma once

#include "genre/result.h"
#include "http/problem.h"

namespace genre::server {

[[nodiscard]] http::Problem to_problem(const Error& error);

// 500. The client does not get the reason; the log has it.
[[nodiscard]] http::Problem internal_error();

}  // namespace genre::server
