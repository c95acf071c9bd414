#include "pretrained/mn04.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "model/onnx_writer.h"
#include "pretrained/class_names.h"
#include "pretrained/layers.h"
#include "pretrained/metadata.h"
#include "pretrained/mn04_weights.h"

namespace genre::pretrained {
namespace {

constexpr std::size_t kMels = 128;
constexpr std::size_t kFirst = 8, kLast = 384, kHidden = 512, kClasses = 527;  // channels

// Inverted residuals (Howard et al., "Searching for MobileNetV3", 2019, table 2).
struct Block {
  std::size_t kernel, stride;
  bool hard_swish;              // or ReLU
  std::size_t expanded, n_out;  // channels
  std::size_t squeezed;         // channels of squeeze-and-excitation; 0: without it
};
constexpr std::array<Block, 15> kBlocks = {{
    {3, 1, false, 8, 8, 0},
    {3, 2, false, 24, 16, 0},
    {3, 1, false, 32, 16, 0},
    {5, 2, false, 32, 16, 8},
    {5, 1, false, 48, 16, 16},
    {5, 1, false, 48, 16, 16},
    {3, 2, true, 96, 32, 0},
    {3, 1, true, 80, 32, 0},
    {3, 1, true, 72, 32, 0},
    {3, 1, true, 72, 32, 0},
    {3, 1, true, 192, 48, 48},
    {3, 1, true, 272, 48, 72},
    {5, 2, true, 272, 64, 72},
    {5, 1, true, 384, 64, 96},
    {5, 1, true, 384, 64, 96},
}};

// Adds the layers from the input to the output, which is the order of the weights.
class Writer {
 public:
  Writer(onnx::GraphProto& graph, Weights& weights) : graph_(graph), weights_(weights) {}

  std::string convolve(const std::string& name, const std::string& input, std::size_t n_in,
                       std::size_t n_out, std::size_t kernel, std::size_t stride = 1,
                       std::size_t n_groups = 1) {
    const Convolution convolution{.n_out = n_out,
                                  .n_in = n_in,
                                  .height = kernel,
                                  .width = kernel,
                                  .pad_height = (kernel - 1) / 2,
                                  .pad_width = (kernel - 1) / 2,
                                  .stride = stride,
                                  .n_groups = n_groups};
    const auto kernels = weights_.take(convolution.n_weights());
    const BatchNorm norm = weights_.take_batch_norm(n_out);
    // Batch norm follows each convolution, and both are linear.
    std::vector<float> folded;
    const std::size_t size = kernels.size() / n_out;
    for (std::size_t i = 0; i < kernels.size(); ++i) {
      folded.push_back(static_cast<float>(norm.scale[i / size] * kernels[i]));
    }
    const std::vector<float> bias(norm.shift.begin(), norm.shift.end());
    return add_convolution(graph_, name, input, convolution, folded, bias);
  }

  std::string activate(const std::string& input, bool hard_swish) {
    if (!hard_swish) return add_operator(graph_, "Relu", {input}, input + ".relu");
    // x max(0, min(1, x / 6 + 1 / 2)). OpenCV 4.6 reads neither HardSwish nor Clip's limits as
    // inputs.
    auto& gate = model::add_node(graph_, "HardSigmoid", {input}, input + ".gate");
    model::set_float(gate, "alpha", 1.0F / 6);
    model::set_float(gate, "beta", 0.5F);
    return add_operator(graph_, "Mul", {input, input + ".gate"}, input + ".hard_swish");
  }

  // The channels, weighted by a small network on their means.
  std::string squeeze_and_excite(const std::string& name, const std::string& input, std::size_t n,
                                 std::size_t squeezed) {
    const std::string means = add_operator(graph_, "GlobalAveragePool", {input}, name + ".means");
    const std::string first = one_by_one(name + ".squeeze", means, n, squeezed);
    const std::string second =
        one_by_one(name + ".excite", activate(first, /*hard_swish=*/false), squeezed, n);
    const std::string gate = add_operator(graph_, "Sigmoid", {second}, name + ".gate");
    return add_operator(graph_, "Mul", {input, gate}, name);
  }

  std::string block(const std::string& name, const std::string& input, std::size_t n_in,
                    const Block& block) {
    std::string value = input;
    if (block.expanded != n_in) {
      value =
          activate(convolve(name + ".expand", value, n_in, block.expanded, 1), block.hard_swish);
    }
    value = activate(convolve(name + ".depthwise", value, block.expanded, block.expanded,
                              block.kernel, block.stride, block.expanded),
                     block.hard_swish);
    if (block.squeezed != 0) {
      value = squeeze_and_excite(name + ".excited", value, block.expanded, block.squeezed);
    }
    value = convolve(name + ".project", value, block.expanded, block.n_out, 1);
    if (block.stride != 1 || block.n_out != n_in) return value;
    return add_operator(graph_, "Add", {input, value}, name + ".sum");
  }

  std::string dense(const std::string& name, const std::string& input, std::size_t n_in,
                    std::size_t n_out) {
    const auto weights = weights_.take(n_out * n_in);
    return add_dense(graph_, name, input, weights, weights_.take(n_out));
  }

 private:
  // A fully connected layer over the channels of [N, n_in, 1, 1].
  std::string one_by_one(const std::string& name, const std::string& input, std::size_t n_in,
                         std::size_t n_out) {
    const Convolution convolution{.n_out = n_out, .n_in = n_in, .height = 1, .width = 1};
    const auto weights = weights_.take(convolution.n_weights());
    return add_convolution(graph_, name, input, convolution, weights, weights_.take(n_out));
  }

  onnx::GraphProto& graph_;
  Weights& weights_;
};

void add_layers(onnx::GraphProto& graph, Weights& weights) {
  Writer writer(graph, weights);
  std::string value =
      writer.activate(writer.convolve("first", "log_mel", 1, kFirst, 3, 2), /*hard_swish=*/true);
  std::size_t n = kFirst;
  for (std::size_t i = 0; i < kBlocks.size(); ++i) {
    value = writer.block(fmt::format("block{}", i + 1), value, n, kBlocks[i]);
    n = kBlocks[i].n_out;
  }
  value = writer.activate(writer.convolve("last", value, n, kLast, 1), /*hard_swish=*/true);
  value = add_operator(graph, "GlobalAveragePool", {value}, "pooled");
  value = add_operator(graph, "Flatten", {value}, "flat");
  value = writer.activate(writer.dense("hidden", value, kLast, kHidden), /*hard_swish=*/true);
  writer.dense("logits", value, kHidden, kClasses);
  if (!weights.all_taken()) throw std::logic_error("mn04 has more weights than its layers need");
}

}  // namespace

Result<std::string> mn04_to_onnx(base::Bytes file) {
  auto weights = read_mn04(file);
  if (!weights) return tl::make_unexpected(weights.error());

  onnx::ModelProto model = model::empty_model();
  auto& graph = *model.mutable_graph();
  model::set_type(*graph.add_input(), "log_mel", {"N", std::size_t{1}, kMels, "n_frames"});
  model::set_row_type(*graph.add_output(), "logits", kClasses);
  add_layers(graph, *weights);
  return model::to_file(std::move(model), metadata_of({.name = "mn04",
                                                       .frontend = "mn",
                                                       .layout = "mels_frames",
                                                       .labels = audioset_classes(),
                                                       .url = kMn04Url,
                                                       .licence = "MIT",
                                                       .sha256 = kMn04Sha256}));
}

}  // namespace genre::pretrained
