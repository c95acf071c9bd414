#include <stdexcept>

#include "features/feature_sets.h"
#include "genre/features.h"

namespace genre {

struct FeatureExtractor::Impl {
  std::size_t n_features;
  std::unique_ptr<features::Extractor> extractor;
};

FeatureExtractor::FeatureExtractor(FeatureSet feature_set, PadMode pad_mode)
    : impl_(new Impl{feature_names(feature_set).size(),
                     features::info_of(feature_set).make(pad_mode)}) {}
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;
FeatureExtractor::~FeatureExtractor() = default;

void FeatureExtractor::extract(std::span<const float> y, std::span<float> features) {
  if (features.size() != impl_->n_features) {
    throw std::invalid_argument("features does not have the feature set's size");
  }
  impl_->extractor->extract(y, features);
}

}  // namespace genre
