// The option --formats of every command that reads audio.
#pragma once

#include "cli/commands.h"

namespace genre::cli {

// Adds --formats, which sets DecodeLimits::allow_ffmpeg. allow_ffmpeg must outlive the parsing.
CLI::Option* add_formats_option(CLI::App& command, bool& allow_ffmpeg);

}  // namespace genre::cli
