// The elements of input tensors, out of JSON or out of the binary tensor data extension's bytes.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace genre::server {

template <typename T>
using Parsed = tl::expected<T, std::string>;  // error: a sentence about what does not fit

using AudioFiles = std::vector<std::vector<std::byte>>;

// [n] files: JSON's strings are base64; in bytes each has its length in front, in four of them.
[[nodiscard]] Parsed<AudioFiles> read_audio(const nlohmann::json& data, std::size_t n);
[[nodiscard]] Parsed<AudioFiles> read_audio(std::span<const std::byte> data, std::size_t n);

// [n, n_features] finite values; JSON's array may be flat.
[[nodiscard]] Parsed<std::vector<float>> read_features(const nlohmann::json& data, std::size_t n,
                                                       std::size_t n_features);
[[nodiscard]] Parsed<std::vector<float>> read_features(std::span<const std::byte> data,
                                                       std::size_t n, std::size_t n_features);

}  // namespace genre::server
