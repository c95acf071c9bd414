// Feature set texture against its definition in numpy's words, texture.py, on signals that this
// test generates.
#include "features/texture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "every_target.h"
#include "librosa/own_signals.h"

namespace genre::test {
namespace {

using namespace features;

// In each feature's unit: dB, correlations, logarithms. Measured: 7e-4 where rows hardly move, so
// that their correlation hangs on float32's last bits; 5e-5 else.
constexpr double kTextureTolerance = 1e-3;

nlohmann::json reference() {
  std::ifstream file(GENRE_TEXTURE_REFERENCE);
  return nlohmann::json::parse(file);
}

using Texture = EveryTarget;
GENRE_ON_EVERY_TARGET(Texture);

TEST_P(Texture, AgreesWithItsDefinition) {
  const auto& names = texture_names();
  TextureExtractor extractor;
  std::vector<float> features(names.size());
  const auto expected = reference();
  for (const auto& [name, values] : expected.at("signals").items()) {
    const auto numpy = values.get<std::vector<double>>();
    ASSERT_EQ(numpy.size(), features.size());
    extractor.extract(own_signal(name), features);
    double worst = 0;
    for (std::size_t i = 0; i < features.size(); ++i) {
      const double error = std::fabs(features[i] - numpy[i]);
      EXPECT_LE(error, kTextureTolerance) << name << ' ' << names[i];
      worst = std::max(worst, error);
    }
    fmt::print("{} {}: {:.1e}\n", hwy::TargetName(GetParam()), name, worst);
  }
}

TEST(TextureNames, AreTheDefinitions) {
  EXPECT_THAT(texture_names(), testing::ElementsAreArray(
                                   reference().at("features").get<std::vector<std::string>>()));
}

}  // namespace
}  // namespace genre::test
