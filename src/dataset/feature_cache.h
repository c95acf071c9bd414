// Caches the features of files between runs. The key is a hash of the file's content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "genre/audio.h"

namespace genre::dataset {

// The features of a window, or of an augmented copy of it.
struct WindowFeatures {
  std::vector<float> features;
  bool augmented = false;
};

// The maximum number of bytes to hash: more than an hour of CD audio. A sparse file can have
// terabytes, and hashing it would take hours.
inline constexpr std::uint64_t kMostHashed = std::uint64_t{1} << 30;

// XXH3 of the size and of the first kMostHashed bytes. It identifies the content only if the file
// is no longer than that. The same on any machine. Reads the file in blocks.
[[nodiscard]] std::uint64_t content_hash(const AudioFile& file);

// Thread-safe. Errors are cache misses: load() returns nothing if the cache file cannot be read,
// and store() does nothing if it cannot be written.
class FeatureCache {
 public:
  // folder: created when needed; empty: no cache. settings: everything that the features depend on,
  // except the content.
  FeatureCache(std::string folder, std::string settings);

  [[nodiscard]] bool enabled() const { return !folder_.empty(); }

  [[nodiscard]] std::optional<std::vector<WindowFeatures>> load(std::uint64_t content,
                                                                std::size_t n_features) const;
  void store(std::uint64_t content, std::span<const WindowFeatures> windows) const;

 private:
  [[nodiscard]] std::string path(std::uint64_t content) const;

  std::string folder_, settings_;
};

}  // namespace genre::dataset
