// The library's errors as problems of HTTP.
#pragma once

#include "genre/result.h"
#include "http/problem.h"

namespace genre::server {

[[nodiscard]] http::Problem to_problem(const Error& error);

// 500. What went wrong is for the log, not for the client.
[[nodiscard]] http::Problem internal_error();

}  // namespace genre::server
