#include <stdexcept>
#include <variant>

#include "features/gtzan26.h"
#include "features/texture.h"
#include "genre/features.h"

namespace genre {

struct FeatureExtractor::Impl {
  FeatureSet feature_set;
  std::variant<features::Gtzan26Extractor, features::TextureExtractor> extractor;
};

FeatureExtractor::FeatureExtractor(FeatureSet feature_set, PadMode pad_mode)
    : impl_(feature_set == FeatureSet::kTexture
                ? new Impl{feature_set, features::TextureExtractor()}
                : new Impl{feature_set, features::Gtzan26Extractor(pad_mode)}) {}
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;
FeatureExtractor::~FeatureExtractor() = default;

void FeatureExtractor::extract(std::span<const float> y, std::span<float> features) {
  if (features.size() != feature_names(impl_->feature_set).size()) {
    throw std::invalid_argument("features does not have the feature set's size");
  }
  if (auto* gtzan26 = std::get_if<features::Gtzan26Extractor>(&impl_->extractor)) {
    gtzan26->extract(y, features.first<kGtzan26Size>());
  } else {
    std::get<features::TextureExtractor>(impl_->extractor).extract(y, features);
  }
}

}  // namespace genre
