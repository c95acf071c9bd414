// The classes of AudioSet (Gemmeke et al., ICASSP 2017; https://research.google.com/audioset/).
#pragma once

#include <string>
#include <vector>

namespace genre::pretrained {

inline constexpr std::size_t kNAudioSetClasses = 527;

// Their display names in the order of class_labels_indices.csv, which is that of networks' outputs.
[[nodiscard]] std::vector<std::string> audioset_classes();

}  // namespace genre::pretrained
