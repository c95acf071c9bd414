#include "base/json_text.h"

#include <gtest/gtest.h>

namespace genre::base {
namespace {

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
  const nlohmann::ordered_json json = {{"a\xff", "\xc3"}, {"b", "\xed\xa0\x80"}};
  std::string text;
  ASSERT_NO_THROW(text = json_text(json));
  EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(JsonText, LeavesUtf8AsItIs) {
  EXPECT_EQ(json_text(nlohmann::json{{"k", "\u00e9\n"}}), "{\"k\":\"\u00e9\\n\"}");
}

}  // namespace
}  // namespace genre::base
