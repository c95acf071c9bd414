// OpenCV's reader and runner of ONNX graphs.
#pragma once

#include <cstddef>
#include <opencv2/dnn.hpp>
#include <span>

namespace genre {

// Throws cv::Exception where the graph cannot be read. A Net belongs to one thread.
[[nodiscard]] cv::dnn::Net read_net(std::span<const std::byte> onnx);

}  // namespace genre
