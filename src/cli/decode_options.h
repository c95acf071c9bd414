// The options --formats and --strict of commands that read audio.
#pragma once

#include "cli/commands.h"

namespace genre::cli {

// Adds --formats, which sets DecodeLimits::allow_ffmpeg. allow_ffmpeg must outlive the parsing.
CLI::Option* add_formats_option(CLI::App& command, bool& allow_ffmpeg);

// Adds --strict, which sets DecodeLimits::strict or the like.
CLI::Option* add_strict_option(CLI::App& command, bool& strict);

}  // namespace genre::cli
