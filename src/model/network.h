// The graph of a model, ready to run.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "genre/model.h"

namespace genre::model {

class OpenCvNet;

// Use it from one thread only.
class Network {
 public:
  // info: of the model in onnx. outputs: the names of those to compute. Throws cv::Exception if
  // OpenCV cannot read the graph.
  Network(std::span<const std::byte> onnx, const ModelInfo& info, std::vector<std::string> outputs);
  Network(Network&&) noexcept;
  ~Network();

  // inputs: the values of each input, in the order of ModelInfo::inputs; the size of a patch says
  // how many frames it has. The result, in the order of outputs, is valid until the next call.
  // Throws std::invalid_argument if a size does not match; cv::Exception if the graph does not run.
  [[nodiscard]] std::vector<std::span<const float>> run(
      std::span<const std::span<const float>> inputs);

  // The same for zeros, with OpenCV's log silent in all threads: to see whether the graph runs.
  [[nodiscard]] std::vector<std::span<const float>> run_on_zeros();

 private:
  std::vector<ModelInput> inputs_;
  std::unique_ptr<OpenCvNet> net_;
};

}  // namespace genre::model
