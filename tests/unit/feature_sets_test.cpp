// The table of feature sets.
#include "features/feature_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "unit/noise.h"

namespace genre::test {
namespace {

using namespace features;

TEST(FeatureSets, AreFoundByNameAndEnumerator) {
  for (const FeatureSetInfo& info : feature_sets()) {
    EXPECT_EQ(&info_of(info.id), &info);
    EXPECT_EQ(to_string(info.id), info.name);
    EXPECT_EQ(parse_feature_set(info.name), info.id);
    EXPECT_THAT(feature_names(info.id), testing::ElementsAreArray(info.names()));
    const auto names = info.names();
    EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size()) << info.name;
  }
  EXPECT_EQ(parse_feature_set("vggish"), std::nullopt);
  EXPECT_EQ(feature_set_names().size(), feature_sets().size());
}

TEST(FeatureSets, ComputeAValueForEachName) {
  const auto y = uniform_noise(3 * kSampleRate);
  for (const FeatureSetInfo& info : feature_sets()) {
    std::vector<float> features(info.names().size(), std::nanf(""));
    info.make(PadMode::kConstant)->extract(y, features);
    for (const float value : features) ASSERT_TRUE(std::isfinite(value)) << info.name;
  }
}

TEST(FeatureSets, AreRecognizedByTheColumnsOfATable) {
  for (const FeatureSetInfo& info : feature_sets()) {
    std::vector<std::string> columns = {"genre", "track"};
    columns.insert(columns.end(), info.names().begin(), info.names().end());
    EXPECT_EQ(feature_set_of(columns).id, info.id);
    columns.resize(columns.size() - 3);  // some are missing: still this set, for the error message
    EXPECT_EQ(feature_set_of(columns).id, info.id);
  }
  EXPECT_EQ(feature_set_of({}).id, feature_sets().front().id);
}

}  // namespace
}  // namespace genre::test
