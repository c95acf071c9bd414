#include "model/opencv.h"

#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

namespace genre::model {
namespace {

// A network this small loses time by being spread over threads, and a library does not print:
// errors reach the caller as exceptions anyway.
void configure_opencv() {
  cv::setNumThreads(0);
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
}

cv::dnn::Net read_net(std::span<const std::byte> onnx) {
  static const bool configured = (configure_opencv(), true);
  static_cast<void>(configured);
  return cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx.data()), onnx.size());
}

}  // namespace

OpenCvNet::OpenCvNet(std::span<const std::byte> onnx, std::size_t n_labels)
    : net_(read_net(onnx)), names_(net_.getUnconnectedOutLayersNames()), n_labels_(n_labels) {}

// OpenCV has its own names and order for the outputs; their sizes tell which is which.
OpenCvNet::Outputs OpenCvNet::run(std::span<const float> features) {
  // OpenCV takes its input as writable, but only reads it.
  net_.setInput(
      cv::Mat(1, static_cast<int>(features.size()), CV_32F, const_cast<float*>(features.data())));
  net_.forward(values_, names_);
  Outputs outputs{.certainties = {}, .novelty = 0};
  for (const cv::Mat& value : values_) {
    if (value.type() == CV_32F && value.total() == n_labels_) {
      outputs.certainties = {value.ptr<float>(), n_labels_};
    } else if (value.type() == CV_32F && value.total() == 1) {
      outputs.novelty = *value.ptr<float>();
    }
  }
  if (outputs.certainties.empty()) {
    CV_Error(cv::Error::StsUnmatchedSizes, "its output does not have the shape that it declares");
  }
  return outputs;
}

}  // namespace genre::model
