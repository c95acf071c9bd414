// Runs a network with OpenCV, as the program does, and compares its outputs.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/dnn.hpp>
#include <span>
#include <string>
#include <vector>

namespace genre::pretrained::test {

using Outputs = std::map<std::string, std::vector<float>>;

// Every output of the graph by name. shape: of the input, whose numbers are `values`.
inline Outputs run_network(const std::string& onnx, std::span<const int> shape,
                           std::span<const float> values) {
  auto net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
  net.setInput(cv::Mat(static_cast<int>(shape.size()), shape.data(), CV_32F,
                       const_cast<float*>(values.data())));
  const auto names = net.getUnconnectedOutLayersNames();
  std::vector<cv::Mat> found;
  net.forward(found, names);
  Outputs outputs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // OpenCV writes the operator before the name: onnx_node!logits.
    const auto name = names[i].substr(names[i].find('!') + 1);
    outputs[name].assign(found[i].ptr<float>(), found[i].ptr<float>() + found[i].total());
  }
  return outputs;
}

// A batch of two different inputs gives what each gives alone. shape: of one input, with N 1.
inline void expect_batches(const std::string& onnx, std::vector<int> shape) {
  std::size_t size = 1;
  for (const int n : shape) size *= static_cast<std::size_t>(n);
  std::vector<float> values(2 * size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(std::sin(0.01 * static_cast<double>(i)));
  }
  std::span<const float> both(values);
  Outputs first = run_network(onnx, shape, both.first(size));
  const Outputs second = run_network(onnx, shape, both.last(size));
  shape[0] = 2;
  for (const auto& [name, batch] : run_network(onnx, shape, both)) {
    auto& expected = first[name];
    expected.insert(expected.end(), second.at(name).begin(), second.at(name).end());
    ASSERT_EQ(batch.size(), expected.size()) << name;
    for (std::size_t i = 0; i < batch.size(); ++i) EXPECT_NEAR(batch[i], expected[i], 1e-4) << name;
  }
}

// The largest difference, relative to the range of the expected values.
inline double relative_error(std::span<const float> values, std::span<const float> expected) {
  if (values.size() != expected.size()) {
    ADD_FAILURE() << values.size() << " values instead of " << expected.size();
    return HUGE_VAL;
  }
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    largest = std::max(largest, std::fabs(double{values[i]} - double{expected[i]}));
    if (std::isnan(values[i])) return HUGE_VAL;
  }
  const auto [low, high] = std::ranges::minmax(expected);
  return largest / (double{high} - double{low});
}

}  // namespace genre::pretrained::test
