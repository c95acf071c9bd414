// Lines of comma-separated values (RFC 4180).
#pragma once

#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genre::base {

using Fields = std::vector<std::string>;

// The fields of a line; nothing where a quoted field does not end.
[[nodiscard]] std::optional<Fields> split_line(std::string_view line);

// The next line, with or without a carriage return at its end; false at the end of the file.
bool read_line(std::ifstream& file, std::string& line);

[[nodiscard]] std::optional<float> parse_finite(const std::string& text);

}  // namespace genre::base
