// Reads and runs ONNX graphs with OpenCV. OpenCV's settings are global, so they belong to the host
// program and not to this library: each call restores the settings that it changes.
#pragma once

#include <cstddef>
#include <opencv2/dnn.hpp>
#include <span>
#include <string>
#include <vector>

namespace genre::model {

// A graph that is ready to run. Use it from one thread only.
class OpenCvNet {
 public:
  // Reads the graph and runs it once. Throws cv::Exception if either fails. Until it returns,
  // OpenCV's log is silent in all threads.
  OpenCvNet(std::span<const std::byte> onnx, std::size_t n_features, std::size_t n_labels);

  struct Outputs {
    std::span<const float> certainties;  // [n_labels], valid until the next call
    float novelty;                       // 0 if the graph has no second output
  };
  // features: [n_features]. Runs on the calling thread.
  [[nodiscard]] Outputs run(std::span<const float> features);

 private:
  cv::dnn::Net net_;
  std::vector<cv::String> names_;  // names of the outputs
  std::vector<cv::Mat> values_;    // the outputs, in the order of names_
  std::size_t n_labels_;
};

}  // namespace genre::model
