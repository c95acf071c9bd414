#include "cli/mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace genre::cli {
namespace {

// The optimal string alignment distance (Damerau and Levenshtein, without edits inside a swap).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t wrong = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + wrong});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string did_you_mean(const std::string& suggestion) {
  return suggestion.empty() ? "" : fmt::format(" Did you mean {}?", suggestion);
}

}  // namespace

std::vector<const CLI::App*> chosen_commands(const CLI::App& app) {
  std::vector<const CLI::App*> chosen;
  for (auto next = app.get_subcommands(); !next.empty(); next = chosen.back()->get_subcommands()) {
    chosen.push_back(next.front());
  }
  return chosen;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::size_t least =
      std::max<std::size_t>(1, word.size() / 3) + 1;  // a third of the letters may be wrong
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(word, candidate);
    if (edits >= least) continue;
    least = edits;
    found = candidate;
  }
  return found;
}

std::string explain(const CLI::App& app, const std::vector<std::string>& arguments,
                    const CLI::ParseError& error) {
  const auto chosen = chosen_commands(app);
  const CLI::App& command = chosen.empty() ? app : *chosen.back();
  // The command line names no command, or only a group of commands.
  if (!command_names(command).empty()) {
    const std::size_t n_before = chosen.size();
    if (arguments.size() <= n_before) return "No command given.";
    const std::string& word = arguments[n_before];
    const bool option = word.starts_with('-');
    const auto names = option ? option_names(command) : command_names(command);
    return fmt::format("There is no {} {}.{}", option ? "option" : "command", word,
                       did_you_mean(nearest(word, names)));
  }
  const std::string what = error.what();
  constexpr std::string_view kConversion = "Could not convert: ";
  if (const auto at = what.find(" = "); what.starts_with(kConversion) && at != std::string::npos) {
    return fmt::format("{}: invalid value \"{}\".",
                       what.substr(kConversion.size(), at - kConversion.size()),
                       what.substr(at + 3));
  }
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return "";
  for (const std::string& word : command.remaining()) {
    if (!word.starts_with("--")) continue;
    const std::string name = word.substr(0, word.find('='));
    return fmt::format("There is no option {}.{}", name,
                       did_you_mean(nearest(name, option_names(command))));
  }
  return "";
}

}  // namespace genre::cli
