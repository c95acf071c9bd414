// Opens the audio files and the model of a command.
#pragma once

#include <memory>
#include <string>

#include "cli/foreign_model.h"
#include "genre/audio.h"
#include "genre/model.h"
#include "genre/result.h"

namespace genre::cli {

// A file, or standard input for "-".
[[nodiscard]] Result<AudioFile> open_input(const std::string& path);

// The model in a file, or the built-in model "default" (also for an empty path), "best" or "seed".
// Networks of its inputs come from the user's data folder, where genre model pull writes them.
// foreign: what the file does not say.
[[nodiscard]] Result<std::shared_ptr<const Model>> load_model(
    const std::string& path, const ForeignModelOptions& foreign = {});

// The model with a network that hears tags, if it has none of its own: see Model::with_tagger.
// network: a file, or the name of an installed one.
[[nodiscard]] Result<std::shared_ptr<const Model>> add_tagger(std::shared_ptr<const Model> model,
                                                              const std::string& network);

// A network for genre embed and genre train --embedding: a file, or the name of an installed one.
[[nodiscard]] Result<std::shared_ptr<const Model>> load_network(
    const std::string& name_or_path, const ForeignModelOptions& foreign = {});

}  // namespace genre::cli
