// Makes the model of another program one of genre's: writes the metadata that it lacks.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "genre/model.h"
#include "genre/result.h"

namespace genre::model {

struct AdoptOptions {
  std::string name;
  nlohmann::json frontend;                // parse_frontend
  std::optional<std::string> layout;      // "mels_frames" or "frames_mels"; else by the sizes
  std::vector<std::string> labels;        // none: it is only an input of other models
  std::optional<std::string> output;      // the output with the certainties; else the first one
  std::optional<std::string> activation;  // "softmax" or "sigmoid"
  std::optional<double> window, hop;      // s; the patch's by default
};

// Returns the bytes of the file, with a checksum. The model must have one input. A size of N that
// is fixed becomes any. Errors: those of Model::load, or of load_network if there are no labels.
[[nodiscard]] Result<std::string> adopt(std::span<const std::byte> onnx,
                                        const AdoptOptions& options);

// The labels in a text: one in each line; a JSON array of them; or a JSON object whose "classes" is
// one, as Essentia's models have it. Error: kBadParameter.
[[nodiscard]] Result<std::vector<std::string>> parse_labels(std::string_view text);

}  // namespace genre::model
