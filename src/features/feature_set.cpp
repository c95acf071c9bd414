#include <algorithm>

#include "features/feature_sets.h"
#include "genre/features.h"

namespace genre {

std::string_view to_string(FeatureSet feature_set) { return features::info_of(feature_set).name; }

std::optional<FeatureSet> parse_feature_set(std::string_view name) {
  const auto sets = features::feature_sets();
  const auto found = std::ranges::find(sets, name, &features::FeatureSetInfo::name);
  return found == sets.end() ? std::nullopt : std::optional(found->id);
}

std::span<const std::string> feature_names(FeatureSet feature_set) {
  return features::info_of(feature_set).names();
}

}  // namespace genre
