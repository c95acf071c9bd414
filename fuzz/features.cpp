// Input: samples within the limits of the decoder. Expects finite features.
#include "genre/features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "fuzz/target.h"
#include "genre/audio.h"

namespace {

constexpr std::size_t kMaxSamples = 8192;

// The bytes as floats. Samples beyond the limits become 0, and a short input is repeated up to the
// minimum length.
std::vector<float> samples(const std::uint8_t* data, std::size_t size) {
  std::vector<float> y(std::clamp<std::size_t>(size / sizeof(float), 1, kMaxSamples));
  std::copy_n(data, std::min(size, y.size() * sizeof(float)),
              reinterpret_cast<std::uint8_t*>(y.data()));
  for (float& sample : y) {
    if (!(std::fabs(sample) <= genre::kMaxSample)) sample = 0;
  }
  for (std::size_t i = 0; y.size() < genre::FeatureExtractor::kMinSamples; ++i) y.push_back(y[i]);
  return y;
}

// Constructed once, because that takes longer than an input.
class Extractor {
 public:
  Extractor(genre::FeatureSet feature_set, genre::PadMode pad_mode)
      : extractor_(feature_set, pad_mode), features_(genre::feature_names(feature_set).size()) {}

  void expect_finite(const std::vector<float>& y) {
    extractor_.extract(y, features_);
    for (const float feature : features_) genre::fuzz::require(std::isfinite(feature));
  }

 private:
  genre::FeatureExtractor extractor_;
  std::vector<float> features_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using enum genre::FeatureSet;
  using enum genre::PadMode;
  static std::array extractors = {Extractor(kGtzan26, kConstant), Extractor(kGtzan26, kReflect),
                                  Extractor(kTexture, kConstant)};
  const std::vector<float> y = samples(data, size);
  for (Extractor& extractor : extractors) extractor.expect_finite(y);
  return 0;
}
