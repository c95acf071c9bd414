// OpenCV's reader and runner of ONNX graphs. OpenCV's settings belong to the whole process, thus to
// the program and not to this library: what is changed here is changed back before the call
// returns.
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
  // Reads the graph and runs it once. Throws cv::Exception where either fails. Until it returns,
  // OpenCV's log is silent for all threads.
  OpenCvNet(std::span<const std::byte> onnx, std::size_t n_features, std::size_t n_labels);

  struct Outputs {
    std::span<const float> certainties;  // [n_labels], valid until the next call
    float novelty;                       // 0 where the graph has no second output
  };
  // features: [n_features]. Runs on the calling thread.
  [[nodiscard]] Outputs run(std::span<const float> features);

 private:
  cv::dnn::Net net_;
  std::vector<cv::String> names_;  // of the outputs
  std::vector<cv::Mat> values_;    // as names_
  std::size_t n_labels_;
};

}  // namespace genre::model
