// Reads the elements of input tensors, from JSON or from the bytes of the binary tensor data
// extension.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace genre::server {

template <typename T>
using Parsed = tl::expected<T, std::string>;  // error: a sentence for the client

// An audio file in a request: its bytes, or base64 until they are needed.
class AudioElement {
 public:
  explicit AudioElement(std::string base64) : base64_(std::move(base64)) {}
  explicit AudioElement(std::span<const std::byte> bytes) : bytes_(bytes) {}

  // Decodes some of the base64, for at most about a millisecond. Returns whether all of it is
  // decoded; nothing if it is not base64.
  [[nodiscard]] std::optional<bool> decode_some();

  // After decode_some has returned true. Valid as long as this object, or the request's body.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  void release();  // the memory; bytes() is not valid any more

 private:
  std::string base64_;
  std::vector<std::byte> decoded_;
  std::size_t n_read_ = 0;  // characters of base64_
  std::span<const std::byte> bytes_;
};

using AudioFiles = std::vector<AudioElement>;

// [n] files. In JSON each is a base64 string, which is moved from there. In binary data each has
// its length before it, as a little-endian 32-bit integer; the elements point into the data.
[[nodiscard]] Parsed<AudioFiles> read_audio(nlohmann::json& data, std::size_t n);
[[nodiscard]] Parsed<AudioFiles> read_audio(std::span<const std::byte> data, std::size_t n);

// [n, n_features] finite values. The JSON array may be nested or flat.
[[nodiscard]] Parsed<std::vector<float>> read_features(const nlohmann::json& data, std::size_t n,
                                                       std::size_t n_features);
[[nodiscard]] Parsed<std::vector<float>> read_features(std::span<const std::byte> data,
                                                       std::size_t n, std::size_t n_features);

}  // namespace genre::server
