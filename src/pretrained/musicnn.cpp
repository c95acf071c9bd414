#include "pretrained/musicnn.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "model/onnx_writer.h"
#include "pretrained/class_names.h"
#include "pretrained/keras.h"
#include "pretrained/layers.h"
#include "pretrained/metadata.h"
#include "pretrained/musicnn_weights.h"

namespace genre::pretrained {
namespace {

constexpr std::size_t kFrames = 187, kMels = 96;
constexpr std::size_t kHidden = 200, kTags = 50;

// The first convolutions, side by side: two of timbre, three of rhythm. The loudest band is kept.
struct Front {
  std::size_t height, width;  // frames, bands
  std::size_t n_out;          // channels
};
constexpr std::array<Front, 5> kFronts = {
    {{7, 38, 204}, {7, 67, 204}, {128, 1, 51}, {64, 1, 51}, {32, 1, 51}}};
constexpr std::size_t kFrontChannels = 204 + 204 + 51 + 51 + 51;

// The convolutions after them, over time, the second and third with the sum of their input.
constexpr std::size_t kMiddles = 3, kMiddleHeight = 7, kMiddleChannels = 64;

constexpr std::size_t kPooled = kFrontChannels + kMiddles * kMiddleChannels;

// The columns 0, 2, 4, ... of the weights, then 1, 3, 5, ...
void separate_even_and_odd(Dense& dense) {
  const std::size_t n_in = dense.weights.size() / dense.bias.size();
  for (auto row = dense.weights.begin(); row != dense.weights.end();
       row += static_cast<std::ptrdiff_t>(n_in)) {
    const std::vector<float> old(row, row + static_cast<std::ptrdiff_t>(n_in));
    auto to = row;
    for (const std::size_t first : {0, 1}) {
      for (std::size_t i = first; i < n_in; i += 2) *to++ = old[i];
    }
  }
}

class Writer {
 public:
  Writer(onnx::GraphProto& graph, Weights& weights) : graph_(graph), weights_(weights) {}

  // log_mel [N, 1, frames, bands] to [N, kFrontChannels, frames, 1].
  std::string fronts() {
    const std::string input =
        add_batch_norm(graph_, "normalised", "log_mel", weights_.take_batch_norm(1));
    std::vector<std::string> loudest;
    for (std::size_t i = 0; i < kFronts.size(); ++i) {
      loudest.push_back(front(fmt::format("front{}", i + 1), input, kFronts[i]));
    }
    return concatenate(loudest, "front");
  }

  // [N, n_in, frames, 1] to [N, kMiddleChannels, frames, 1].
  std::string middle(const std::string& name, const std::string& input, std::size_t n_in) {
    const Convolution convolution{.n_out = kMiddleChannels,
                                  .n_in = n_in,
                                  .height = kMiddleHeight,
                                  .width = 1,
                                  .pad_height = kMiddleHeight / 2};
    const auto kernel = weights_.take(convolution.n_weights());  // [height, n_in, n_out]
    std::vector<float> weights(kernel.size());                   // [n_out, n_in, height]
    for (std::size_t i = 0; i < kernel.size(); ++i) {
      const std::size_t out = i % kMiddleChannels, row = i / kMiddleChannels;
      weights[(out * n_in + row % n_in) * kMiddleHeight + row / n_in] = kernel[i];
    }
    return convolve(name, input, convolution, weights);
  }

  void dense(const std::string& pooled) {
    const BatchNorm pooled_norm = weights_.take_batch_norm(2 * kPooled);
    Dense first = take_dense(weights_, pooled_norm, kHidden);
    // In the weights, the maximum and the mean of each channel alternate.
    separate_even_and_odd(first);
    add_dense(graph_, "dense", pooled, first.weights, first.bias);
    add_operator(graph_, "Relu", {"dense"}, "dense.relu");
    const BatchNorm norm = weights_.take_batch_norm(kHidden);
    const Dense last = take_dense(weights_, norm, kTags);
    add_dense(graph_, "logits", "dense.relu", last.weights, last.bias);
    // A branch of its own, because OpenCV does not list an output that another node needs.
    add_batch_norm(graph_, "hidden", "dense.relu", norm);
  }

  std::string concatenate(const std::vector<std::string>& inputs, const std::string& output) {
    auto& node = model::add_node(graph_, "Concat", {}, output);
    for (const std::string& input : inputs) node.add_input(input);
    model::set_int(node, "axis", 1);
    return output;
  }

 private:
  std::string convolve(const std::string& name, const std::string& input,
                       const Convolution& convolution, std::span<const float> weights) {
    add_convolution(graph_, name, input, convolution, weights, weights_.take(convolution.n_out));
    add_operator(graph_, "Relu", {name}, name + ".relu");
    return add_batch_norm(graph_, name + ".norm", name + ".relu",
                          weights_.take_batch_norm(convolution.n_out));
  }

  std::string front(const std::string& name, const std::string& input, const Front& front) {
    const std::size_t size = front.height * front.width;
    auto kernels = transposed(weights_.take(size * front.n_out), front.n_out);
    // For an even height, TensorFlow pads one more zero behind than before. A zero before each
    // kernel does the same with equal padding.
    const bool even = front.height % 2 == 0;
    if (even) {
      std::vector<float> longer;
      for (std::size_t i = 0; i < kernels.size(); ++i) {
        if (i % size == 0) longer.insert(longer.end(), front.width, 0);
        longer.push_back(kernels[i]);
      }
      kernels = std::move(longer);
    }
    const std::string convolved = convolve(name, input,
                                           {.n_out = front.n_out,
                                            .n_in = 1,
                                            .height = front.height + (even ? 1 : 0),
                                            .width = front.width,
                                            .pad_height = front.height / 2},
                                           kernels);
    auto& pool = model::add_node(graph_, "MaxPool", {convolved}, name + ".loudest");
    model::set_ints(pool, "kernel_shape", {1, static_cast<std::int64_t>(kMels - front.width + 1)});
    return name + ".loudest";
  }

  onnx::GraphProto& graph_;
  Weights& weights_;
};

void add_layers(onnx::GraphProto& graph, Weights& weights) {
  Writer writer(graph, weights);
  const std::string front = writer.fronts();
  const std::string first = writer.middle("middle1", front, kFrontChannels);
  const std::string second = add_operator(
      graph, "Add", {writer.middle("middle2", first, kMiddleChannels), first}, "middle2.sum");
  const std::string third = add_operator(
      graph, "Add", {writer.middle("middle3", second, kMiddleChannels), second}, "middle3.sum");
  const std::string all = writer.concatenate({front, first, second, third}, "all");
  add_operator(graph, "GlobalMaxPool", {all}, "maximum");
  add_operator(graph, "GlobalAveragePool", {all}, "mean");
  writer.concatenate({"maximum", "mean"}, "pooled");
  writer.dense(add_operator(graph, "Flatten", {"pooled"}, "flat"));
  if (!weights.all_taken()) throw std::logic_error("musicnn has more weights than layers");
}

}  // namespace

Result<std::string> musicnn_to_onnx(base::Bytes file) {
  auto weights = read_musicnn(file);
  if (!weights) return tl::make_unexpected(weights.error());

  onnx::ModelProto model = model::empty_model();
  auto& graph = *model.mutable_graph();
  model::set_type(*graph.add_input(), "log_mel", {"N", std::size_t{1}, kFrames, kMels});
  model::set_row_type(*graph.add_output(), "logits", kTags);
  model::set_row_type(*graph.add_output(), "hidden", kHidden);
  add_layers(graph, *weights);
  return model::to_file(std::move(model), metadata_of({.name = "musicnn",
                                                       .frontend = "musicnn",
                                                       .layout = "frames_mels",
                                                       .labels = musicnn_tags(),
                                                       .url = kMusicnnUrl,
                                                       .licence = "ISC",
                                                       .sha256 = kMusicnnSha256}));
}

}  // namespace genre::pretrained
