// Which formats are decoded: the same option of every command that reads audio.
#pragma once

#include "cli/commands.h"

namespace genre::cli {

// Adds --formats. allow_ffmpeg must outlive the parsing: DecodeLimits::allow_ffmpeg.
CLI::Option* add_formats_option(CLI::App& command, bool& allow_ffmpeg);

}  // namespace genre::cli
