#include <algorithm>
#include <stdexcept>

#include "genre/model.h"
#include "model/opencv.h"

namespace genre {

struct Classifier::Impl {
  std::shared_ptr<const Model> model;
  cv::dnn::Net net;
};

Classifier::Classifier(std::shared_ptr<const Model> model)
    : impl_(std::make_unique<Impl>(Impl{model, read_net(model->onnx())})) {}
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
  // OpenCV takes its input as writable, but only reads it.
  const cv::Mat input(1, static_cast<int>(features.size()), CV_32F,
                      const_cast<float*>(features.data()));
  impl_->net.setInput(input);
  const cv::Mat output = impl_->net.forward();
  std::copy_n(output.ptr<float>(), certainties.size(), certainties.begin());
}

}  // namespace genre
