#include "http/header_value.h"

#include <gmock/gmock.h>

namespace genre::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(HeaderValue, ReadsTokensAndQuotedStrings) {
  const auto value = parse_header_value(R"( Form-Data; NAME = file ;filename="a; b.wav"; x="" )");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->value, "form-data");
  EXPECT_THAT(value->parameters,
              ElementsAre(Pair("name", "file"), Pair("filename", "a; b.wav"), Pair("x", "")));
}

TEST(HeaderValue, UnescapesOnlyQuotesAndBackslashes) {
  const auto value = parse_header_value(R"(a; one="\"\\\""; two="C:\temp\x.wav")");
  ASSERT_TRUE(value);
  EXPECT_EQ(*value->parameter("one"), R"("\")");
  EXPECT_EQ(*value->parameter("two"), R"(C:\temp\x.wav)");
  EXPECT_EQ(value->parameter("three"), nullptr);
}

TEST(HeaderValue, ToleratesEmptyParameters) {
  const auto value = parse_header_value("a;; b=c ;");
  ASSERT_TRUE(value);
  EXPECT_THAT(value->parameters, ElementsAre(Pair("b", "c")));
}

TEST(HeaderValue, RefusesWhatIsNone) {
  for (const char* text :
       {"", "  ", ";a=b", "a; b", "a; =b", "a; b=\"c", "a; b=\"c\"d", "a; b=\"c\\\""}) {
    EXPECT_FALSE(parse_header_value(text)) << text;
  }
}

}  // namespace
}  // namespace genre::http
