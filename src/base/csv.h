// Lines of comma-separated values (RFC 4180).
#pragma once

#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genre::base {

using Fields = std::vector<std::string>;

// The fields of a line; nothing if a quoted field is not closed.
[[nodiscard]] std::optional<Fields> split_line(std::string_view line);

// Reads the next line and removes a carriage return at its end. False at the end of the file.
bool read_line(std::ifstream& file, std::string& line);

[[nodiscard]] std::optional<float> parse_finite(const std::string& text);

}  // namespace genre::base
