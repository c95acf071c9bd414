// Keeps the features of files from one run to the next, by the files' content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "genre/audio.h"

namespace genre::dataset {

// A window's features, or those of a changed copy of it.
struct WindowFeatures {
  std::vector<float> features;
  bool augmented = false;
};

// The most bytes that are hashed, more than an hour of CD audio has. A longer file may be terabytes
// of holes, whose hash would take hours.
inline constexpr std::uint64_t kMostHashed = std::uint64_t{1} << 30;

// XXH3 of the size and of the content up to kMostHashed: only up to that length it identifies the
// content. The same on any machine. Reads the file in pieces.
[[nodiscard]] std::uint64_t content_hash(const AudioFile& file);

// Thread-safe. A cache never fails: it has no features where its file cannot be read, and keeps
// none where it cannot be written.
class FeatureCache {
 public:
  // folder: created when it is needed; empty: nothing is kept. settings: everything but the content
  // that the features depend on.
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
