// Maps the library's errors to HTTP problems.
#pragma once

#include <string>

#include "genre/result.h"
#include "http/problem.h"

namespace genre::server {

[[nodiscard]] http::Problem to_problem(const Error& error);

// 400: the body does not follow one of KServe's protocols.
[[nodiscard]] http::Problem malformed_inference(std::string detail);

// 500. The client does not get the reason; the log has it.
[[nodiscard]] http::Problem internal_error();

}  // namespace genre::server
