// Flags that say in what form results are written, and where.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "batch/output.h"

namespace genre::cli {

// formats: those that there are, the default first. --json and --csv stand for two of them.
void add_output_options(CLI::App& app, batch::OutputOptions& options,
                        std::vector<batch::OutputFormat> formats);

// What of them does not go together; empty if all does.
[[nodiscard]] std::string objection(const batch::OutputOptions& options);

}  // namespace genre::cli
