#include "features/feature_sets.h"

#include <algorithm>
#include <array>
#include <set>

#include "features/gtzan26.h"
#include "features/texture.h"

namespace genre::features {
namespace {

class Gtzan26 : public Extractor {
 public:
  explicit Gtzan26(PadMode pad_mode) : extractor_(pad_mode) {}
  void extract(std::span<const float> y, std::span<float> features) override {
    extractor_.extract(y, features.first<kGtzan26Size>());
  }

 private:
  Gtzan26Extractor extractor_;
};

class Texture : public Extractor {
 public:
  void extract(std::span<const float> y, std::span<float> features) override {
    extractor_.extract(y, features);
  }

 private:
  TextureExtractor extractor_;
};

std::span<const std::string> gtzan26_names() {
  static const std::vector<std::string> names(kGtzan26Names.begin(), kGtzan26Names.end());
  return names;
}

constexpr std::array<FeatureSetInfo, 2> kFeatureSets = {{
    {.id = FeatureSet::kGtzan26,
     .name = "gtzan26",
     .description = "means of librosa's features",
     .names = gtzan26_names,
     .window = 3,
     .hop = 3,
     .from_log_mel = false,
     .linear = false,
     .make = [](PadMode pad_mode) -> std::unique_ptr<Extractor> {
       return std::make_unique<Gtzan26>(pad_mode);
     }},
    {.id = FeatureSet::kTexture,
     .name = "texture",
     .description = "those of the default model, from the first 3 s of each window",
     .names = texture_names,
     .window = 3,
     .hop = 3,
     .from_log_mel = true,
     .linear = true,
     .make = [](PadMode) -> std::unique_ptr<Extractor> { return std::make_unique<Texture>(); }},
}};

std::size_t n_common(const std::set<std::string_view>& columns, const FeatureSetInfo& info) {
  return static_cast<std::size_t>(std::ranges::count_if(
      info.names(), [&](const std::string& name) { return columns.contains(name); }));
}

}  // namespace

std::span<const FeatureSetInfo> feature_sets() { return kFeatureSets; }

const FeatureSetInfo& info_of(FeatureSet feature_set) {
  return *std::ranges::find(kFeatureSets, feature_set, &FeatureSetInfo::id);
}

std::vector<std::string> feature_set_names() {
  std::vector<std::string> names;
  for (const FeatureSetInfo& info : kFeatureSets) names.emplace_back(info.name);
  return names;
}

const FeatureSetInfo& feature_set_of(std::span<const std::string> columns) {
  const std::set<std::string_view> set(columns.begin(), columns.end());
  return *std::ranges::max_element(kFeatureSets, {},
                                   [&](const FeatureSetInfo& info) { return n_common(set, info); });
}

}  // namespace genre::features
