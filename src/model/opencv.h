// OpenCV's reader and runner of ONNX graphs.
#pragma once

#include <cstddef>
#include <opencv2/dnn.hpp>
#include <span>
#include <string>
#include <vector>

namespace genre::model {

// One thread's running copy of a graph.
class OpenCvNet {
 public:
  // Throws cv::Exception where the graph cannot be read.
  OpenCvNet(std::span<const std::byte> onnx, std::size_t n_labels);

  struct Outputs {
    std::span<const float> certainties;  // [n_labels], valid until the next call
    float novelty;                       // 0 where the graph has no second output
  };
  // Throws cv::Exception where the graph cannot be run or its outputs have other sizes.
  [[nodiscard]] Outputs run(std::span<const float> features);

 private:
  cv::dnn::Net net_;
  std::vector<cv::String> names_;  // of the outputs
  std::vector<cv::Mat> values_;    // as names_
  std::size_t n_labels_;
};

}  // namespace genre::model
