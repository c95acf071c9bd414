// Audio files as fields of a form.
#pragma once

#include <span>
#include <string_view>

#include "http/multipart.h"
#include "http/problem.h"

namespace genre::server {

inline constexpr std::string_view kFileField = "file";

// 400. parts: of a form without kFileField.
[[nodiscard]] http::Problem missing_file(std::span<const http::Part> parts);

}  // namespace genre::server
