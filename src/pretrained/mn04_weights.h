// Reads the weights of mn04 from the published file.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "genre/result.h"
#include "pretrained/weights.h"

namespace genre::pretrained {

// Of the 993439 numbers in the order of the file, which is that of the layers: of each convolution
// the kernel and the batch norm, of each linear layer the weight and the bias.
inline constexpr std::string_view kMn04Sha256 =
    "12bcf3293c007070cd9dfd52b992838dc339ec1ef6f6e460143beaa77508a2ea";

// file: see mn04_to_onnx(). Errors: kBadModel, kOutOfMemory.
[[nodiscard]] Result<Weights> read_mn04(base::Bytes file);

}  // namespace genre::pretrained
