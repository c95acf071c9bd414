// Keeps the features of files from one run to the next, by the files' content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace genre::dataset {

// A window's features, or those of a changed copy of it.
struct WindowFeatures {
  std::vector<float> features;
  bool augmented = false;
};

// The same on any machine (Fowler, Noll and Vo's FNV-1a).
[[nodiscard]] std::uint64_t content_hash(std::span<const std::byte> bytes);

// Thread-safe. A file of the cache that cannot be read or written is as none: a cache never fails.
class FeatureCache {
 public:
  // folder: made when it is needed; empty: nothing is kept. settings: everything but the content
  // that the features depend on.
  FeatureCache(std::string folder, std::string settings);

  [[nodiscard]] std::optional<std::vector<WindowFeatures>> load(std::uint64_t content,
                                                                std::size_t n_features) const;
  void store(std::uint64_t content, std::span<const WindowFeatures> windows) const;

 private:
  [[nodiscard]] std::string path(std::uint64_t content) const;

  std::string folder_, settings_;
};

}  // namespace genre::dataset
