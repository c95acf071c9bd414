// Error messages for mistakes on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace genre::cli {

// The commands that the command line names, each in the one before: "model", "pull".
[[nodiscard]] std::vector<const CLI::App*> chosen_commands(const CLI::App& app);

// The candidate with the smallest edit distance to the word: missing, added, wrong and swapped
// letters. Empty if even that candidate differs too much to be a typing error.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

// The message for a command line that CLI11 cannot parse, with a suggestion. Empty if CLI11's own
// message is good enough.
[[nodiscard]] std::string explain(const CLI::App& app, const std::vector<std::string>& arguments,
                                  const CLI::ParseError& error);

}  // namespace genre::cli
