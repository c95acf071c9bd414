#include "train/onnx_export.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/dnn.hpp>
#include <random>

#include "genre/model.h"

namespace genre::train::test {
namespace {

using namespace dataset;
TrainedNetwork random_network() {
  std::mt19937 random(1);
  const auto value = [&] { return static_cast<float>(random() % 2001) / 1000.0F - 1.0F; };
  TrainedNetwork network;
  for (std::size_t i = 0; i < kGtzan26Size; ++i) {
    network.mean.push_back(1000.0 * value());
    network.std.push_back(1.0 + 50.0 * std::fabs(value()));
  }
  const std::size_t sizes[] = {kGtzan26Size, 7, 5, 3};
  for (std::size_t i = 0; i + 1 < std::size(sizes); ++i) {
    Layer layer{.n_in = sizes[i], .n_out = sizes[i + 1], .weights = {}, .bias = {}};
    for (std::size_t k = 0; k < layer.n_in * layer.n_out; ++k) layer.weights.push_back(value());
    for (std::size_t k = 0; k < layer.n_out; ++k) layer.bias.push_back(value());
    network.layers.push_back(layer);
  }
  return network;
}

// The definition, in double precision.
std::vector<double> naive_certainties(const TrainedNetwork& network, std::span<const float> x) {
  std::vector<double> values;
  for (std::size_t i = 0; i < x.size(); ++i) {
    values.push_back((x[i] - network.mean[i]) / network.std[i]);
  }
  for (const Layer& layer : network.layers) {
    if (&layer != network.layers.data()) {
      for (double& v : values) v = std::max(v, 0.0);
    }
    std::vector<double> next(layer.bias.begin(), layer.bias.end());
    for (std::size_t out = 0; out < layer.n_out; ++out) {
      for (std::size_t in = 0; in < layer.n_in; ++in) {
        next[out] += layer.weights[out * layer.n_in + in] * values[in];
      }
    }
    values = next;
  }
  double sum = 0;
  for (double& v : values) sum += v = std::exp(v);
  for (double& v : values) v /= sum;
  return values;
}

TEST(OnnxExport, GivesTheServedModelTheNetworksCertainties) {
  const TrainedNetwork network = random_network();
  const std::string onnx = to_onnx(network, {{metadata_key::kName, "n"},
                                             {metadata_key::kFeatureSet, "gtzan26"},
                                             {metadata_key::kPadMode, "reflect"},
                                             {metadata_key::kLabels, R"(["a","b","c"])"}});
  std::vector<std::byte> bytes(onnx.size());
  std::memcpy(bytes.data(), onnx.data(), onnx.size());
  const auto model = Model::load(bytes);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_TRUE((*model)->has_checksum());
  EXPECT_EQ((*model)->info().only_features()->pad_mode, PadMode::kReflect);
  EXPECT_EQ((*model)->info().labels, (std::vector<std::string>{"a", "b", "c"}));

  Classifier classifier(*model);
  std::mt19937 random(2);
  for (int trial = 0; trial < 100; ++trial) {
    std::array<float, kGtzan26Size> x{};
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<float>(network.mean[i] +
                                network.std[i] * (static_cast<double>(random() % 4001) / 1000 - 2));
    }
    std::array<float, 3> certainties{};
    classifier.predict_proba(x, certainties);
    const auto expected = naive_certainties(network, x);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(certainties[i], expected[i], 2e-5);
    double squares = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      squares += std::pow((x[i] - network.mean[i]) / network.std[i], 2);
    }
    EXPECT_NEAR(classifier.novelty(), squares / static_cast<double>(x.size()), 1e-3);
  }
}

// As declared: N is any number.
TEST(OnnxExport, TakesSeveralRowsAtOnce) {
  const TrainedNetwork network = random_network();
  const std::string onnx = to_onnx(network, {});
  cv::dnn::Net net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
  constexpr int kRows = 3;
  cv::Mat x(kRows, static_cast<int>(kGtzan26Size), CV_32F);
  std::mt19937 random(3);
  for (int row = 0; row < kRows; ++row) {
    for (std::size_t i = 0; i < kGtzan26Size; ++i) {
      const double deviations = static_cast<double>(random() % 4001) / 1000 - 2;
      x.at<float>(row, static_cast<int>(i)) =
          static_cast<float>(network.mean[i] + network.std[i] * deviations);
    }
  }
  net.setInput(x);
  std::vector<cv::Mat> outputs;
  net.forward(outputs, std::vector<cv::String>{"certainties", "novelty"});
  ASSERT_EQ(outputs[0].size[0], kRows);
  ASSERT_EQ(outputs[1].size[0], kRows);
  for (int row = 0; row < kRows; ++row) {
    const auto expected = naive_certainties(network, {x.ptr<float>(row), kGtzan26Size});
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(outputs[0].at<float>(row, i), expected[static_cast<std::size_t>(i)], 2e-5);
    }
    double squares = 0;
    for (std::size_t i = 0; i < kGtzan26Size; ++i) {
      squares +=
          std::pow((x.at<float>(row, static_cast<int>(i)) - network.mean[i]) / network.std[i], 2);
    }
    EXPECT_NEAR(outputs[1].at<float>(row, 0), squares / kGtzan26Size, 1e-3);
  }
}

TEST(OnnxExport, GivesTheSameBytesForTheSameNetwork) {
  const std::map<std::string, std::string> metadata = {{"b", "2"}, {"a", "1"}};
  EXPECT_EQ(to_onnx(random_network(), metadata), to_onnx(random_network(), metadata));
}

}  // namespace
}  // namespace genre::train::test
