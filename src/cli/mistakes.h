// Mistakes on the command line, in the reader's words.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace genre::cli {

// The candidate that differs from the word by the fewest slips of the keyboard: a letter missing,
// added, wrong, or swapped with its neighbor. Empty where the nearest one is too far off to be
// meant.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

// What to say of a command line that CLI11 does not parse, and what was perhaps meant. Empty where
// CLI11's own message is good enough.
[[nodiscard]] std::string explain(const CLI::App& app, const std::vector<std::string>& arguments,
                                  const CLI::ParseError& error);

}  // namespace genre::cli
