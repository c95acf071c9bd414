#include "http/problem.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace genre::http {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::Pair;

TEST(Problem, InvalidUtf8IsReplaced) {
  EXPECT_TRUE(json::accept(to_response({400, "x", "\xff\xc3"}).body));
}

TEST(Problem, BusySaysWhenToComeBack) {
  EXPECT_EQ(busy("queue_full", "x").status, 503);
  EXPECT_THAT(busy("queue_full", "x").headers, ElementsAre(Pair("Retry-After", "1")));
}

TEST(Problem, HeadersReachTheResponse) {
  Reply reply = tl::make_unexpected(Problem{400, "x", "why"});
  headers_of(reply).emplace_back("Vary", "Origin");
  EXPECT_THAT(to_response(reply.error()).headers, ElementsAre(Pair("Vary", "Origin")));
}

}  // namespace
}  // namespace genre::http
