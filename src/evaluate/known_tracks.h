// Which of the tracks that a model is measured on it was trained on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "dataset/table.h"
#include "genre/model.h"

namespace genre::evaluate {

// The entry of a model's metadata_props with the fingerprints of the tracks that it was trained on:
// {"features": indices, "step": numbers, "tracks": [fingerprint, ...]}.
inline constexpr const char* kTrainingTracks = "genre.training_tracks";

// The value of that entry; empty if the data has too few features to tell tracks apart.
[[nodiscard]] std::string training_tracks(const dataset::Table& table,
                                          std::span<const std::size_t> rows);

// The number of tracks among the rows whose audio the model was trained on, whatever their names
// are. Nothing if the model does not say.
[[nodiscard]] std::optional<std::size_t> count_known_tracks(const ModelInfo& model,
                                                            const dataset::Table& table,
                                                            std::span<const std::size_t> rows);

}  // namespace genre::evaluate
