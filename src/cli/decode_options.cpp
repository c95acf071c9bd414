#include "cli/decode_options.h"

#include <string>

namespace genre::cli {

CLI::Option* add_formats_option(CLI::App& command, bool& allow_ffmpeg) {
  return command
      .add_option_function<std::string>(
          "--formats",
          [&allow_ffmpeg](const std::string& formats) { allow_ffmpeg = formats == "all"; },
          "Formats to decode: all, or core (those of libsndfile and libmpg123: WAV, FLAC, MP3, "
          "Ogg, ...; without FFmpeg)")
      ->check(CLI::IsMember({"all", "core"}))
      ->default_str("all");
}

CLI::Option* add_strict_option(CLI::App& command, bool& strict) {
  return command.add_flag("--strict", strict,
                          "Treat damaged and truncated files as errors; without it, the part that "
                          "can be decoded is used, with a warning");
}

CLI::Option* add_excerpts_option(CLI::App& command, std::optional<std::size_t>& excerpts) {
  return command
      .add_option("--excerpts", excerpts,
                  "Number of windows to use, spread evenly over each file, in place of all; 10 "
                  "cost a fraction of the time, because what lies between is not decoded")
      ->check(CLI::Range(1, 100000));
}

CLI::Option* add_stream_option(CLI::App& command, unsigned& track) {
  return command
      .add_option("--stream", track,
                  "Number of the audio track to decode, for files with several: 1 is the first")
      ->check(CLI::Range(1, 1000))
      ->default_str("the default track");
}

}  // namespace genre::cli
