// Reads and runs ONNX graphs with OpenCV. OpenCV's settings are global, so they belong to the host
// program and not to this library: each call restores the settings that it changes.
#pragma once

#include <cstddef>
#include <opencv2/dnn.hpp>
#include <span>
#include <string>
#include <vector>

namespace genre::model {

// The values of one input of a graph.
struct Tensor {
  std::string name;
  std::vector<int> shape;
  std::span<const float> values;  // row-major
};

// A graph that is ready to run. Use it from one thread only.
class OpenCvNet {
 public:
  // Reads the graph. outputs: the names of those to compute. Throws cv::Exception if it fails, and
  // until it returns, OpenCV's log is silent in all threads.
  OpenCvNet(std::span<const std::byte> onnx, std::vector<std::string> outputs);

  // Runs on the calling thread and returns the outputs in the order of their names, valid until the
  // next call. Throws cv::Exception if the graph does not run. OpenCV allocates the layers in the
  // first run and in one with another shape.
  [[nodiscard]] std::vector<std::span<const float>> run(std::span<const Tensor> inputs);

  // The same with OpenCV's log silent in all threads: for a run that may fail.
  [[nodiscard]] std::vector<std::span<const float>> try_run(std::span<const Tensor> inputs);

 private:
  cv::dnn::Net net_;
  std::vector<cv::String> names_;  // of the outputs
  std::vector<cv::Mat> values_;    // the outputs, in the order of names_
};

}  // namespace genre::model
