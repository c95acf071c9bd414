// A trained network as an ONNX file.
#pragma once

#include <map>
#include <span>
#include <string>

#include "genre/model.h"
#include "train/trained_network.h"

namespace genre::train {

// The graph: "features" [N, n_features] -> Gemm, Relu, ... Gemm, Softmax -> "certainties"
// [N, n_labels] (opset 13). With several inputs, their values in this order are the features; with
// one, its name is in place of "features". The standardisation is folded into the first layer, so
// the input is the raw features. A second output, "novelty" [N, 1], is the mean square of the
// standardised features. A third one, "none" [N, 1], only if the network has that layer. metadata
// becomes metadata_props. The same input gives the same bytes.
[[nodiscard]] std::string to_onnx(const TrainedNetwork& network,
                                  const std::map<std::string, std::string>& metadata,
                                  std::span<const ModelInput> inputs = {});

}  // namespace genre::train
