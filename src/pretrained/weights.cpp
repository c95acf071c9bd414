#include "pretrained/weights.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cmath>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace genre::pretrained {
namespace {

constexpr double kEpsilon = 1e-3;  // of batch norm, in both networks

std::string sha256_of(base::Bytes bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();  // nothing else makes it fail
  }
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

}  // namespace

Result<Weights> Weights::verify(std::span<const base::Bytes> arrays, std::string_view sha256) {
  std::vector<std::byte> bytes;
  for (const base::Bytes array : arrays) bytes.insert(bytes.end(), array.begin(), array.end());
  const std::string found = sha256_of(bytes);
  if (found != sha256) {
    return fail(ErrorCode::kBadModel,
                fmt::format("the SHA-256 of its weights ({} bytes) is {}; expected {}",
                            bytes.size(), found, sha256));
  }
  Weights weights;
  weights.numbers_.resize(bytes.size() / sizeof(float));
  std::memcpy(weights.numbers_.data(), bytes.data(), weights.numbers_.size() * sizeof(float));
  return weights;
}

std::span<const float> Weights::take(std::size_t n) {
  if (n > numbers_.size() - at_) throw std::out_of_range("the network has fewer weights");
  const auto taken = std::span(numbers_).subspan(at_, n);
  at_ += n;
  return taken;
}

BatchNorm Weights::take_batch_norm(std::size_t n_channels) {
  const auto gamma = take(n_channels), beta = take(n_channels);
  const auto mean = take(n_channels), variance = take(n_channels);
  BatchNorm norm;
  for (std::size_t i = 0; i < n_channels; ++i) {
    norm.scale.push_back(gamma[i] / std::sqrt(double{variance[i]} + kEpsilon));
    norm.shift.push_back(beta[i] - norm.scale[i] * mean[i]);
  }
  return norm;
}

}  // namespace genre::pretrained
