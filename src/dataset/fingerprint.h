// Whether two tracks are the same audio, by a few of their features. A copy, another file format
// and a lossy encoding of good quality keep most features; two different recordings have few in
// common.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/table.h"

namespace genre::dataset {

// Which features count, and in which steps. A model stores it beside the fingerprints of the tracks
// that it was trained on.
struct FingerprintScale {
  std::vector<std::size_t> features;  // indices; empty if the data has too few features to tell
  std::vector<float> step;            // of each of them
};

// The scale by which fingerprints of these rows are told apart.
[[nodiscard]] FingerprintScale fingerprint_scale(const Table& table,
                                                 std::span<const std::size_t> rows);

// By track: one character of the base64 alphabet for each feature of the scale, from the mean over
// the track's rows that are not augmented.
[[nodiscard]] std::map<std::string, std::string> fingerprints(const Table& table,
                                                              std::span<const std::size_t> rows,
                                                              const FingerprintScale& scale);

// Whether two fingerprints of one scale are of the same audio. False if their lengths differ.
[[nodiscard]] bool same_audio(std::string_view a, std::string_view b);

}  // namespace genre::dataset
