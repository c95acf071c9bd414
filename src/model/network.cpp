#include "model/network.h"

#include <stdexcept>
#include <utility>
#include <variant>

#include "model/opencv.h"
#include "model/shape.h"

namespace genre::model {
namespace {

// The number of frames that the values of an input have, if it takes any number of them.
std::size_t frames_of(const ModelInput& input, std::size_t n_values) {
  const auto* patch = std::get_if<PatchInput>(&input.source);
  return patch && patch->any_frames ? n_values / patch->frontend.n_mels : 1;
}

Tensor tensor(const ModelInput& input, std::span<const float> values) {
  Tensor result{.name = input.name,
                .shape = shape_of(input, frames_of(input, values.size())),
                .values = values};
  if (values.empty() || size_of(result.shape) != values.size()) {
    throw std::invalid_argument("the values of an input do not have its size");
  }
  return result;
}

}  // namespace

Network::Network(std::span<const std::byte> onnx, const ModelInfo& info,
                 std::vector<std::string> outputs)
    : inputs_(info.inputs), net_(std::make_unique<OpenCvNet>(onnx, std::move(outputs))) {}

Network::Network(Network&&) noexcept = default;
Network::~Network() = default;

std::vector<std::span<const float>> Network::run(std::span<const std::span<const float>> inputs) {
  if (inputs.size() != inputs_.size()) {
    throw std::invalid_argument("the model has another number of inputs");
  }
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < inputs.size(); ++i) tensors.push_back(tensor(inputs_[i], inputs[i]));
  return net_->run(tensors);
}

std::vector<std::span<const float>> Network::run_on_zeros() {
  std::vector<std::vector<float>> zeros;
  std::vector<Tensor> tensors;
  for (const ModelInput& input : inputs_) {
    // A network with strides may need more than a few frames.
    const auto* patch = std::get_if<PatchInput>(&input.source);
    const std::size_t n_frames = patch ? patch->frontend.patch_frames : 1;
    zeros.emplace_back(size_of(shape_of(input, n_frames)));
    tensors.push_back(tensor(input, zeros.back()));
  }
  return net_->try_run(tensors);
}

}  // namespace genre::model
