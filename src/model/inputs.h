// The inputs of a model: its metadata genre.inputs, checked against the graph.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "genre/model.h"
#include "genre/result.h"

namespace genre::model {

// The networks of a model, by name.
using Networks = std::map<std::string, std::shared_ptr<const Model>>;

// The inputs in the order of the graph. metadata: of the model. Networks that the metadata contains
// or that find_network returns are added to networks; without find_network, an input must not need
// one. Errors: kBadModel, with what is missing or wrong; those of find_network.
[[nodiscard]] Result<std::vector<ModelInput>> read_inputs(
    const onnx::GraphProto& graph, const std::map<std::string, std::string>& metadata,
    const FindNetwork& find_network, Networks& networks);

}  // namespace genre::model
