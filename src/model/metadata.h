// What the metadata of a model says, without its inputs.
#pragma once

#include <onnx/onnx_pb.h>

#include "genre/model.h"
#include "genre/result.h"

namespace genre::model {

// Whether the model is for genres or only an input of another model, which needs no labels.
enum class Purpose { kPrediction, kNetwork };

// All of ModelInfo but inputs and what depends on the graph. Error: kBadModel, with what is missing
// or wrong.
[[nodiscard]] Result<ModelInfo> read_metadata(const onnx::ModelProto& proto, Purpose purpose);

}  // namespace genre::model
