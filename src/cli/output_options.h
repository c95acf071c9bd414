// Flags for the form of the results and for the file that they go to.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "batch/output.h"
#include "genre/result.h"

namespace genre::cli {

// formats: those that there are, the default first. --json and --csv stand for two of them.
void add_output_options(CLI::App& app, batch::OutputOptions& options,
                        std::vector<batch::OutputFormat> formats);

// Whether the options go together. Error: kUnreadableFile.
[[nodiscard]] Result<void> check_output_options(const batch::OutputOptions& options);

// Whether a file may be written without the loss of anything that is needed: it is none of the
// inputs ("-" is standard input) and no audio file. Error: kUnreadableFile.
[[nodiscard]] Result<void> check_output(const std::string& path,
                                        const std::vector<std::string>& inputs = {});

}  // namespace genre::cli
