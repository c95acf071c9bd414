// The library's errors as problems of HTTP.
#pragma once

#include "genre/result.h"
#include "http/problem.h"

namespace genre::server {

[[nodiscard]] http::Problem to_problem(const Error& error);

}  // namespace genre::server
