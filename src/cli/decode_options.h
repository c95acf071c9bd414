// Options of every command that reads audio.
#pragma once

#include <cstddef>
#include <optional>

#include "cli/commands.h"

namespace genre::cli {

// Adds --formats, which sets DecodeLimits::allow_ffmpeg. allow_ffmpeg must outlive the parsing.
CLI::Option* add_formats_option(CLI::App& command, bool& allow_ffmpeg);

// Adds --strict, which sets DecodeLimits::strict or the like.
CLI::Option* add_strict_option(CLI::App& command, bool& strict);

// Adds --excerpts, which sets WindowOptions::excerpts. excerpts must outlive the parsing.
CLI::Option* add_excerpts_option(CLI::App& command, std::optional<std::size_t>& excerpts);

// Adds --stream, which sets the argument of AudioFile::with_track(). track must outlive the
// parsing.
CLI::Option* add_stream_option(CLI::App& command, unsigned& track);

}  // namespace genre::cli
