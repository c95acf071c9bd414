// genre features --frames: librosa's features, one value per frame.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/batch.h"
#include "genre/audio.h"
#include "genre/librosa.h"

namespace genre::cli {

struct FrameOptions {
  std::vector<std::string> features = {"mfcc"};
  librosa::MelOptions mel;
  std::size_t n_mfcc = 20;
  std::size_t n_chroma = 12;
};

void add_frame_options(CLI::App& app, FrameOptions& options);

// Runs the command and returns its exit status.
int run_frames(BatchOptions& batch, const FrameOptions& options, unsigned track,
               const DecodeLimits& limits);

}  // namespace genre::cli
