// The numbers of a published network, which are known by their SHA-256.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "genre/result.h"

namespace genre::pretrained {

// Batch norm after training: y = scale x + shift, per channel.
struct BatchNorm {
  std::vector<double> scale, shift;  // [n_channels]
};

// Float32 numbers in the order in which a network's layers need them.
class Weights {
 public:
  // arrays: the parts, little-endian. Error: kBadModel if sha256 (64
  // hexadecimal digits) is not that of all bytes.
  [[nodiscard]] static Result<Weights> verify(std::span<const base::Bytes> arrays,
                                              std::string_view sha256);

  // The next n numbers. Throws std::out_of_range if there are fewer: after verify(), only a mistake
  // in the network's description causes that.
  [[nodiscard]] std::span<const float> take(std::size_t n);

  // The next 4 n_channels numbers: gamma, beta, and the mean and variance of the training data,
  // which is the order of PyTorch and Keras.
  [[nodiscard]] BatchNorm take_batch_norm(std::size_t n_channels);

  [[nodiscard]] bool all_taken() const { return at_ == numbers_.size(); }

 private:
  std::vector<float> numbers_;
  std::size_t at_ = 0;
};

}  // namespace genre::pretrained
