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

TEST(JsonText, EscapesWhatATerminalObeysAndKeepsTheValue) {
  // ESC, DEL, CSI (a control character of two bytes), an override of the direction, an isolate.
  const nlohmann::json name = "a\x1b[2J\x7f\u009b2J\u202eb\u2066\u00e9";
  const std::string text = json_text(name);
  EXPECT_EQ(text, R"("a\u001b[2J\u007f\u009b2J\u202eb\u2066)"
                  "\u00e9\"");
  EXPECT_EQ(nlohmann::json::parse(text), name);
}

}  // namespace
}  // namespace genre::base
