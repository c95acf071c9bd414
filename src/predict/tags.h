// What a network hears beside genre: labels that are independent of each other.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "genre/model.h"
#include "genre/predictor.h"
#include "predict/window_inputs.h"

namespace genre::predict {

// Whether WindowOptions::n_tags can be used with the model.
[[nodiscard]] bool hears_tags(const Model& model);

// Where the logits of tags are among the inputs of a model.
struct TagLogits {
  std::size_t input;   // index
  std::size_t offset;  // of the first one, among the values of the input
  std::shared_ptr<const Model> network;
};

// The first input that is a network with tags, and has all of their logits. Nothing if there is
// none.
[[nodiscard]] std::optional<TagLogits> find_tags(const Model& model);

// The n most probable tags. values: of the input, [NetworkInput::size]; of several windows or
// excerpts, their mean.
[[nodiscard]] std::vector<Tag> top_tags(const TagLogits& logits, std::span<const float> values,
                                        std::size_t n);

// Runs Model::tagger on pieces of a file: those that the model best hears.
struct Tagger {
  explicit Tagger(const std::shared_ptr<const Model>& network);

  ModelInfo info;  // with the network as the only input
  TagLogits logits;
  WindowInputs inputs;
};

}  // namespace genre::predict
