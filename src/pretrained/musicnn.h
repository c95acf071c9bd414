// musicnn: MSD_musicnn, trained on Last.fm's tags of the Million Song Dataset (Pons, Serra,
// "musicnn: Pre-trained convolutional neural networks for music audio tagging", 2019;
// https://github.com/jordipons/musicnn).
#pragma once

#include <string>

#include "base/bytes.h"
#include "genre/result.h"

namespace genre::pretrained {

inline constexpr const char* kMusicnnFile = "musicnn-0.1.0-py3-none-any.whl";
inline constexpr const char* kMusicnnUrl =
    "https://files.pythonhosted.org/packages/1b/6f/"
    "38229e7d99c438e11114bbfa39c8c39185458c398011d0b6d7d7c7401617/"
    "musicnn-0.1.0-py3-none-any.whl";

// file: the published file, a Python wheel with a TensorFlow checkpoint in it. The weights must be
// the published ones. Returns an ONNX file with the input log_mel [N, 1, 187, 96] and the outputs
// logits [N, 50] and hidden [N, 200], the layer before the last. Errors: kBadModel, kOutOfMemory.
[[nodiscard]] Result<std::string> musicnn_to_onnx(base::Bytes file);

}  // namespace genre::pretrained
