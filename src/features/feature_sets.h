// The feature sets that genre knows, in one table. A new one needs a line there, its enumerator in
// genre/features.h, and nothing else.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genre/features.h"

namespace genre::features {

// Computes one feature set. Use an extractor from one thread only.
class Extractor {
 public:
  virtual ~Extractor() = default;
  // See FeatureExtractor::extract. features: [names().size()].
  virtual void extract(std::span<const float> y, std::span<float> features) = 0;
};

struct FeatureSetInfo {
  FeatureSet id;
  std::string_view name;
  std::string_view description;             // for --help
  std::span<const std::string> (*names)();  // of its features, in order
  double window, hop;                       // s: the windows of a clip that it is made for
  // Statistics of TextureExtractor::log_mel, so that they can be computed from stored or altered
  // log-mel spectrograms.
  bool from_log_mel;
  // genre train's default learner is linear (LDA) instead of the dense network.
  bool linear;
  std::unique_ptr<Extractor> (*make)(PadMode pad_mode);
};

[[nodiscard]] std::span<const FeatureSetInfo> feature_sets();
[[nodiscard]] const FeatureSetInfo& info_of(FeatureSet feature_set);
[[nodiscard]] std::vector<std::string> feature_set_names();

// The set of which the most features are among the columns of a table; the first one, if there are
// none of any.
[[nodiscard]] const FeatureSetInfo& feature_set_of(std::span<const std::string> columns);

}  // namespace genre::features
