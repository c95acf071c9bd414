#include "predict/tags.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <variant>

#include "model/activation.h"
#include "model/shape.h"

namespace genre::predict {
namespace {

constexpr NetworkInput::Excerpts kExcerpts{.n = 3, .seconds = 10};

ModelInfo info_of(const Model& network) {
  const ModelInfo& info = network.info();
  NetworkInput input{.network = info.name,
                     .outputs = {info.outputs.certainties},
                     .excerpts = kExcerpts,
                     .size = info.labels.size()};
  ModelInfo tagger;
  tagger.inputs = {{.name = info.name, .source = std::move(input)}};
  return tagger;
}

}  // namespace

std::optional<TagLogits> find_tags(const Model& model) {
  for (std::size_t i = 0; i < model.info().inputs.size(); ++i) {
    const auto* input = std::get_if<NetworkInput>(&model.info().inputs[i].source);
    if (!input) continue;
    const auto& network = model.networks().at(input->network);
    const ModelInfo& info = network->info();
    if (info.labels.empty() || info.activation != Activation::kSigmoid) continue;
    std::size_t offset = 0;
    for (const std::string& output : input->outputs) {
      if (output == info.outputs.certainties) return TagLogits{i, offset, network};
      offset += info.output_sizes.at(output);
    }
  }
  return std::nullopt;
}

bool hears_tags(const Model& model) { return model.tagger() || find_tags(model); }

std::vector<Tag> top_tags(const TagLogits& logits, std::span<const float> values, std::size_t n) {
  const auto& labels = logits.network->info().labels;
  const auto of_labels = values.subspan(logits.offset, labels.size());
  std::vector<Tag> tags;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    tags.push_back({labels[i], static_cast<float>(model::sigmoid(of_labels[i]))});
  }
  std::ranges::stable_sort(tags, std::ranges::greater{}, &Tag::probability);
  tags.resize(std::min(n, tags.size()));
  return tags;
}

Tagger::Tagger(const std::shared_ptr<const Model>& network)
    : info(info_of(*network)),
      logits{.input = 0, .offset = 0, .network = network},
      inputs(info.inputs, {{network->info().name, network}}) {}

}  // namespace genre::predict
