#include "server/api/query.h"

#include <gmock/gmock.h>

namespace genre::server {
namespace {

using testing::HasSubstr;

TEST(Query, DefaultsArePinned) {
  const auto query = parse_predict_query("");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->json.top, std::numeric_limits<std::size_t>::max());
  EXPECT_TRUE(query->json.segments);
  EXPECT_FALSE(query->json.features);
  EXPECT_EQ(query->hop, std::nullopt);  // the model's
  EXPECT_EQ(query->strict, std::nullopt);
  EXPECT_EQ(parse_predict_query("strict=true")->strict, true);
  EXPECT_EQ(parse_predict_query("strict=0")->strict, false);
  EXPECT_FALSE(parse_predict_query("strict=yes"));
}

TEST(Query, ReadsEveryParameter) {
  const auto query = parse_predict_query("top=3&segments=false&features=1&hop=0.5&stream=2");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->track, 2U);
  EXPECT_EQ(query->json.top, 3);
  EXPECT_FALSE(query->json.segments);
  EXPECT_TRUE(query->json.features);
  EXPECT_EQ(query->hop, 0.5);
}

TEST(Query, NamesAFeatureSet) {
  const auto query = parse_predict_query("features=gtzan26");
  ASSERT_TRUE(query);
  EXPECT_TRUE(query->json.features);
  EXPECT_EQ(query->feature_set, FeatureSet::kGtzan26);
  EXPECT_EQ(parse_predict_query("features=true")->feature_set, std::nullopt);
}

TEST(Query, DecodesPercentSigns) {
  const auto query = parse_predict_query("&t%6Fp=%31%30&&hop=1%2e5&");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->json.top, 10);
  EXPECT_EQ(query->hop, 1.5);
}

TEST(Query, RangesIncludeTheirEnds) {
  for (const char* text : {"hop=0.1", "hop=3600", "hop=1e2", "top=1", "top=18446744073709551615"}) {
    EXPECT_TRUE(parse_predict_query(text)) << text;
  }
}

TEST(Query, SaysWhatIsRight) {
  for (const char* text : {"top=0", "top=-1", "top=", "top", "top=1.5", "top=+1", "top=%201",
                           "top=18446744073709551616", "stream=0", "stream=-1", "stream=x"}) {
    EXPECT_THAT(parse_predict_query(text).error(), HasSubstr("1 or more")) << text;
  }
  for (const char* text : {"segments=yes", "segments=", "segments=2", "segments=TRUE"}) {
    EXPECT_THAT(parse_predict_query(text).error(), HasSubstr("segments must be true, false"))
        << text;
  }
  EXPECT_THAT(parse_predict_query("features=no").error(),
              HasSubstr("features must be true, false"));
  EXPECT_THAT(parse_predict_query("features=mfcc").error(), HasSubstr("gtzan26 or texture"));
  for (const char* text : {"hop=0", "hop=0.09", "hop=3601", "hop=-1", "hop=nan", "hop=inf",
                           "hop=1s", "hop=", "hop=1e999"}) {
    EXPECT_THAT(parse_predict_query(text).error(), HasSubstr("0.1 to 3600")) << text;
  }
  for (const char* text : {"tops=1", "=1", "Top=1", "top%00=1"}) {
    EXPECT_THAT(parse_predict_query(text).error(),
                HasSubstr("top, segments, features, hop, excerpts, strict, stream and tags"))
        << text;
  }
  for (const char* text : {"top=%", "top=%1", "top=%1x", "%zz=1", "top=1%-1"}) {
    EXPECT_THAT(parse_predict_query(text).error(), HasSubstr("hexadecimal")) << text;
  }
}

TEST(Query, OfPeaksHasItsOwnParameters) {
  EXPECT_EQ(parse_peaks_query("")->bins, 2048);
  const auto query = parse_peaks_query("bins=16&stream=2");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->bins, 16);
  EXPECT_EQ(query->track, 2U);
  EXPECT_TRUE(parse_peaks_query("bins=8192"));
  for (const char* text : {"bins=15", "bins=8193", "bins=1e3", "bins=", "bins=-16"}) {
    EXPECT_THAT(parse_peaks_query(text).error(), HasSubstr("from 16 to 8192")) << text;
  }
  EXPECT_THAT(parse_peaks_query("stream=0").error(), HasSubstr("stream"));
  EXPECT_THAT(parse_peaks_query("hop=1").error(), HasSubstr("are bins and stream"));
}

}  // namespace
}  // namespace genre::server
