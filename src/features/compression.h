// The last stage of a front end: the compression of its mel spectra.
#pragma once

#include <optional>
#include <span>

#include "genre/frontend.h"

namespace genre::features {

// values: of all frames of a clip, 0 or more. The parameters must be valid.
void compress(std::span<float> values, const FrontendParameters& parameters);

// librosa.power_to_db. ref: none for the maximum of the values; top_db: none for no limit.
void power_to_db(std::span<float> values, std::optional<double> ref, double amin,
                 std::optional<double> top_db);

}  // namespace genre::features
