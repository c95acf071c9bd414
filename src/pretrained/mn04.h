// mn04: EfficientAT's mn04_as, a MobileNetV3 trained on AudioSet (Schmid, Koutini, Widmer,
// "Efficient Large-Scale Audio Tagging via Transformer-to-CNN Knowledge Distillation", ICASSP 2023;
// https://github.com/fschmid56/EfficientAT).
#pragma once

#include <string>

#include "base/bytes.h"
#include "genre/result.h"

namespace genre::pretrained {

inline constexpr const char* kMn04File = "mn04_as_mAP_432.pt";
inline constexpr const char* kMn04Url =
    "https://github.com/fschmid56/EfficientAT/releases/download/v0.0.1/mn04_as_mAP_432.pt";

// file: the published file, a PyTorch file. Its weights must be the published ones; their order in
// the archive, their compression and all else may differ. Returns an ONNX file with the input
// log_mel [N, 1, 128, n_frames] and the output logits [N, 527]. Errors: kBadModel, kOutOfMemory.
[[nodiscard]] Result<std::string> mn04_to_onnx(base::Bytes file);

}  // namespace genre::pretrained
