#include <string>
#include <vector>

#include "features/texture.h"
#include "genre/features.h"

namespace genre {

std::string_view to_string(FeatureSet feature_set) {
  return feature_set == FeatureSet::kTexture ? "texture" : "gtzan26";
}

std::optional<FeatureSet> parse_feature_set(std::string_view name) {
  for (const FeatureSet feature_set : {FeatureSet::kGtzan26, FeatureSet::kTexture}) {
    if (name == to_string(feature_set)) return feature_set;
  }
  return std::nullopt;
}

std::span<const std::string> feature_names(FeatureSet feature_set) {
  static const std::vector<std::string> gtzan26(kGtzan26Names.begin(), kGtzan26Names.end());
  return feature_set == FeatureSet::kTexture ? features::texture_names() : gtzan26;
}

}  // namespace genre
