// What `genre train` computes from audio: a feature set, the outputs of networks, or both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataset/audio_files.h"
#include "genre/model.h"
#include "genre/result.h"
#include "train/command.h"

namespace genre::train {

// A command line.
struct EmbeddingOptions {
  std::string feature_set;           // parts separated by +: a feature set, networks
  bool default_feature_set = true;   // it was not given
  std::string network;               // of --embedding; empty: none
  std::vector<std::string> outputs;  // of the only network; empty: its first one
  std::optional<std::size_t> excerpts;
  double seconds = 10;  // of an excerpt
};

// Sets feature_set, and, if there are networks, inputs, networks and windows. Errors:
// kBadParameter; those of load.
[[nodiscard]] Result<void> set_inputs(const EmbeddingOptions& options, const LoadNetwork& load,
                                      dataset::AudioOptions& audio);

// "texture+mn04"
[[nodiscard]] std::string name_of(const dataset::AudioOptions& audio);

}  // namespace genre::train
