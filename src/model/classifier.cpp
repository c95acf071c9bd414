#include <algorithm>
#include <stdexcept>
#include <utility>

#include "genre/model.h"
#include "model/opencv.h"

namespace genre {

struct Classifier::Impl {
  explicit Impl(std::shared_ptr<const Model> m)
      : model(std::move(m)),
        net(model->onnx(), feature_names(model->info().feature_set).size(),
            model->info().labels.size()) {}

  std::shared_ptr<const Model> model;
  model::OpenCvNet net;
  double novelty = 0;
};

Classifier::Classifier(std::shared_ptr<const Model> model)
    : impl_(std::make_unique<Impl>(std::move(model))) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

const Model& Classifier::model() const { return *impl_->model; }

void Classifier::predict_proba(std::span<const float> features, std::span<float> certainties) {
  const ModelInfo& info = model().info();
  if (features.size() != feature_names(info.feature_set).size() ||
      certainties.size() != info.labels.size()) {
    throw std::invalid_argument("features or certainties do not have the model's size");
  }
  const model::OpenCvNet::Outputs outputs = impl_->net.run(features);
  std::ranges::copy(outputs.certainties, certainties.begin());
  impl_->novelty = outputs.novelty;
}

double Classifier::novelty() const { return impl_->novelty; }

}  // namespace genre
