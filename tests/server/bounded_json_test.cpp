#include "server/api/bounded_json.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace genre::server {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(BoundedJson, IsWhatTheLibraryParses) {
  for (const char* text :
       {"null", "[]", "{}", "true", "-1", "18446744073709551615", "1.5e3", R"("\u20ac\n")",
        R"({"a": [1, {"b": null, "c": []}, [2, [3]], "x"], "d": {"e": {}}, "a": false, "": 0})",
        R"([{"a": [1]}, {"a": [2]}, {}, [{}], 3])", "  [ 0 ]\n"}) {
    EXPECT_EQ(parse_bounded_json(text), json::parse(text)) << text;
  }
}

TEST(BoundedJson, SaysWhereItEnds) {
  for (const char* text : {"", "{", "inputs", "[\xff]", "\"\xc3\"", "{} {}", "[1,]", "[NaN]", "'a'",
                           "[1e999]", "{\"a\" 1}", "{1:2}", "\"a"}) {
    EXPECT_THAT(parse_bounded_json(text).error(),
                HasSubstr("cannot be parsed as JSON: error at byte"))
        << text;
  }
  EXPECT_THAT(parse_bounded_json("[1, x]").error(), HasSubstr("at byte 5."));
}

TEST(BoundedJson, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_bounded_json(nested(kMaxJsonDepth)));
  EXPECT_THAT(parse_bounded_json(nested(kMaxJsonDepth + 1)).error(), HasSubstr("deeper"));
  EXPECT_THAT(parse_bounded_json(std::string(10'000'000, '[')).error(), HasSubstr("deeper"));
}

TEST(BoundedJson, ValuesAndKeysAreLimited) {
  const auto array = [](std::size_t size, std::string_view element) {
    std::string text = "[";
    for (std::size_t i = 0; i < size; ++i) text.append(i > 0 ? "," : "").append(element);
    return text + "]";
  };
  EXPECT_TRUE(parse_bounded_json(array(kMaxJsonParts - 1, "0")));
  for (const char* element : {"0", "[]", "{}", R"({"a":0})"}) {
    EXPECT_THAT(parse_bounded_json(array(kMaxJsonParts, element)).error(),
                HasSubstr("values and keys"));
  }
}

// A key takes as long as many numbers: it is searched for among the others.
TEST(BoundedJson, KeysAreLimited) {
  const auto object = [](std::size_t n_keys) {
    std::string text = "{";
    for (std::size_t i = 0; i < n_keys; ++i) {
      text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
    }
    return text + "}";
  };
  EXPECT_TRUE(parse_bounded_json(object(kMaxJsonKeys)));
  EXPECT_THAT(parse_bounded_json(object(kMaxJsonKeys + 1)).error(), HasSubstr("keys"));
}

// Within a string, which is one value.
TEST(BoundedJson, EndsWhenItIsStopped) {
  const std::string text = '"' + std::string(100'000, 'a') + '"';
  std::stop_source stop;
  EXPECT_TRUE(parse_bounded_json(text, stop.get_token()));
  stop.request_stop();
  EXPECT_THAT(parse_bounded_json(text, stop.get_token()).error(), HasSubstr("cancelled"));
}

}  // namespace
}  // namespace genre::server
