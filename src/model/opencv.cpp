#include "model/opencv.h"

#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

namespace genre {
namespace {

// A network this small loses time by being spread over threads, and a library does not print:
// errors reach the caller as exceptions anyway.
void configure_opencv() {
  cv::setNumThreads(0);
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
}

}  // namespace

cv::dnn::Net read_net(std::span<const std::byte> onnx) {
  static const bool configured = (configure_opencv(), true);
  static_cast<void>(configured);
  return cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx.data()), onnx.size());
}

}  // namespace genre
