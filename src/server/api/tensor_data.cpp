#include "server/api/tensor_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/base64.h"

namespace genre::server {
namespace {

namespace endian = boost::endian;
using nlohmann::json;
using Wrong = tl::unexpected<std::string>;

const unsigned char* address(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Appends the numbers in data. False if there are not exactly count or one is not a number.
bool append_numbers(const json& data, std::size_t count, std::vector<float>& features) {
  if (!data.is_array() || data.size() != count) return false;
  for (const json& number : data) {
    if (!number.is_number()) return false;
    const auto value = number.get<double>();
    if (std::abs(value) > std::numeric_limits<float>::max()) return false;
    features.push_back(static_cast<float>(value));
  }
  return true;
}

}  // namespace

std::optional<bool> AudioElement::decode_some() {
  constexpr std::size_t kPiece = std::size_t{1} << 19;  // characters, a multiple of 4
  const auto piece = std::string_view(base64_).substr(n_read_, kPiece);
  n_read_ += piece.size();
  const bool last = n_read_ == base64_.size();
  // Only the end of the text can be padded, but decode_base64 takes the piece for a whole text.
  const auto bytes = !last && piece.ends_with('=') ? std::nullopt : base::decode_base64(piece);
  if (!bytes) return std::nullopt;
  decoded_.insert(decoded_.end(), bytes->begin(), bytes->end());
  if (last && !base64_.empty()) {
    bytes_ = decoded_;
    base64_ = {};
  }
  return last;
}

Parsed<AudioFiles> read_audio(json& data, std::size_t n) {
  if (!data.is_array() || data.size() != n) {
    return Wrong(fmt::format(
        "The data of audio must be an array of {} strings, according to its shape.", n));
  }
  AudioFiles files;
  for (json& row : data) {
    json& element = row.is_array() && row.size() == 1 ? row.front() : row;  // of [n, 1]
    if (!element.is_string()) {
      return Wrong(fmt::format("audio[{}] is not a base64 string.", files.size()));
    }
    files.emplace_back(std::move(element.get_ref<std::string&>()));
  }
  return files;
}

Parsed<AudioFiles> read_audio(std::span<const std::byte> data, std::size_t n) {
  constexpr std::size_t kLengthSize = 4;
  AudioFiles files;
  while (files.size() < n && data.size() >= kLengthSize) {
    const auto length = endian::load_little_u32(address(data));
    data = data.subspan(kLengthSize);
    if (length > data.size()) break;
    files.emplace_back(data.first(length));
    data = data.subspan(length);
  }
  if (files.size() == n && data.empty()) return files;
  return Wrong(fmt::format(
      "The binary data of audio must be {} elements, each a little-endian 32-bit length and that "
      "number of bytes. It does not match from audio[{}] on.",
      n, files.size()));
}

Parsed<std::vector<float>> read_features(const json& data, std::size_t n, std::size_t n_features) {
  std::vector<float> features;
  features.reserve(n * n_features);
  const auto append_row = [&](const json& row) {
    return append_numbers(row, n_features, features);
  };
  const bool nested = data.is_array() && data.size() == n && data.front().is_array();
  const bool fits = nested ? std::ranges::all_of(data, append_row)
                           : append_numbers(data, n * n_features, features);
  if (fits) return features;
  return Wrong(fmt::format(
      "The data of features must be an array of {} arrays of {} numbers, or a flat array of {} "
      "numbers. It does not match from features[{}] on.",
      n, n_features, n * n_features, features.size() / n_features));
}

Parsed<std::vector<float>> read_features(std::span<const std::byte> data, std::size_t n,
                                         std::size_t n_features) {
  const std::size_t size = n * n_features * sizeof(float);
  if (data.size() != size) {
    return Wrong(fmt::format(
        "The binary data of features must have {} bytes, according to its shape.", size));
  }
  std::vector<float> features;
  features.reserve(n * n_features);
  for (; !data.empty(); data = data.subspan(sizeof(float))) {
    features.push_back(
        endian::endian_load<float, sizeof(float), endian::order::little>(address(data)));
    if (!std::isfinite(features.back())) {
      return Wrong(fmt::format("features[{}] has a value that is not finite.",
                               (features.size() - 1) / n_features));
    }
  }
  return features;
}

}  // namespace genre::server
