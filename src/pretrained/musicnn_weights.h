// Reads the weights of musicnn from the published file.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "genre/result.h"
#include "pretrained/weights.h"

namespace genre::pretrained {

// Of the 792079 numbers, in this order: the batch norm of the input; of each convolution the
// kernel, the bias and the batch norm; the batch norm, the kernel and the bias of both dense
// layers.
inline constexpr std::string_view kMusicnnSha256 =
    "f48357c4ca1239745e4d206c507df099c3369db7839a6749952d6dc7c069026f";

// file: see musicnn_to_onnx(). Errors: kBadModel, kOutOfMemory.
[[nodiscard]] Result<Weights> read_musicnn(base::Bytes file);

}  // namespace genre::pretrained
