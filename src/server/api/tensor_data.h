// Reads the elements of input tensors, from JSON or from the bytes of the binary tensor data
// extension.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace genre::server {

template <typename T>
using Parsed = tl::expected<T, std::string>;  // error: a sentence for the client

using AudioFiles = std::vector<std::vector<std::byte>>;

// [n] or [n, 1] files. In JSON each is a base64 string. In binary data each has its length before
// it, as a little-endian 32-bit integer.
[[nodiscard]] Parsed<AudioFiles> read_audio(const nlohmann::json& data, std::size_t n);
[[nodiscard]] Parsed<AudioFiles> read_audio(std::span<const std::byte> data, std::size_t n);

// [n, n_features] finite values. The JSON array may be nested or flat.
[[nodiscard]] Parsed<std::vector<float>> read_features(const nlohmann::json& data, std::size_t n,
                                                       std::size_t n_features);
[[nodiscard]] Parsed<std::vector<float>> read_features(std::span<const std::byte> data,
                                                       std::size_t n, std::size_t n_features);

}  // namespace genre::server
