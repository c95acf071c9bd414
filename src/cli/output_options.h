// Options for the format and the file of the results.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "batch/output.h"
#include "genre/result.h"

namespace genre::cli {

// formats: those of the command, the default first. --json and --csv are short forms of --format.
void add_output_options(CLI::App& app, batch::OutputOptions& options,
                        std::vector<batch::OutputFormat> formats);

// Checks that the options are compatible. Error: kUnreadableFile.
[[nodiscard]] Result<void> check_output_options(const batch::OutputOptions& options);

// Checks that writing to a file destroys nothing: it is neither one of the inputs ("-" is standard
// input) nor an audio file. Error: kUnreadableFile.
[[nodiscard]] Result<void> check_output(const std::string& path,
                                        const std::vector<std::string>& inputs = {});

}  // namespace genre::cli
