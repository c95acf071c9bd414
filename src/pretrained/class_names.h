// What the outputs of the networks are called, in their order.
#pragma once

#include <string>
#include <vector>

namespace genre::pretrained {

// AudioSet (Gemmeke et al., ICASSP 2017; https://research.google.com/audioset/): the 527 display
// names in class_labels_indices.csv.
[[nodiscard]] std::vector<std::string> audioset_classes();

// The 50 tags of Last.fm that musicnn's MSD_LABELS lists.
[[nodiscard]] std::vector<std::string> musicnn_tags();

}  // namespace genre::pretrained
