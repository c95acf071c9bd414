#include <algorithm>
#include <stdexcept>
#include <utility>

#include "genre/model.h"
#include "model/activation.h"
#include "model/network.h"

namespace genre {
namespace {

std::vector<std::string> output_names(const ModelInfo& info) {
  std::vector<std::string> names = {info.outputs.certainties};
  for (const std::string& name : {info.outputs.novelty, info.outputs.none}) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

}  // namespace

struct Classifier::Impl {
  explicit Impl(std::shared_ptr<const Model> m)
      : model(std::move(m)), network(model->onnx(), model->info(), output_names(model->info())) {}

  std::shared_ptr<const Model> model;
  model::Network network;
  double novelty = 0, none = 0;
};

Classifier::Classifier(std::shared_ptr<const Model> model)
    : impl_(std::make_unique<Impl>(std::move(model))) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

const Model& Classifier::model() const { return *impl_->model; }

void Classifier::predict_proba(std::span<const std::span<const float>> inputs,
                               std::span<float> certainties) {
  const ModelInfo& info = model().info();
  if (certainties.size() != info.labels.size()) {
    throw std::invalid_argument("certainties do not have the model's size");
  }
  const auto outputs = impl_->network.run(inputs);
  model::activate(info.activation, outputs[0], certainties);
  std::size_t next = 1;
  if (!info.outputs.novelty.empty()) impl_->novelty = outputs[next++].front();
  if (!info.outputs.none.empty()) impl_->none = outputs[next].front();
}

double Classifier::novelty() const { return impl_->novelty; }
double Classifier::none() const { return impl_->none; }

}  // namespace genre
