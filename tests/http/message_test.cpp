#include <gmock/gmock.h>

#include "http/response.h"
#include "http/trace.h"

namespace genre::http {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(HeadOfResponse, HasWhatTheBodyNeeds) {
  const Response response{
      .status = 503, .body = "{}", .headers = {{"Retry-After", "1"}, {"Vary", "Origin"}}};
  EXPECT_THAT(head_of(response, 11, true),
              AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\nDate: "),
                    HasSubstr("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"),
                    EndsWith("\r\nRetry-After: 1\r\nVary: Origin\r\n\r\n")));
}

TEST(HeadOfResponse, SaysWhatHappensToTheConnection) {
  EXPECT_THAT(head_of({}, 11, true), Not(HasSubstr("Connection")));
  EXPECT_THAT(head_of({}, 11, false), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(head_of({}, 10, true), HasSubstr("\r\nConnection: keep-alive\r\n"));
  EXPECT_THAT(head_of({}, 10, false),
              AllOf(StartsWith("HTTP/1.0 200 OK\r\n"), HasSubstr("\r\nConnection: close\r\n")));
}

TEST(HeadOfResponse, OfNoContentNamesNone) {
  EXPECT_THAT(head_of({.status = 204, .body = {}}, 11, true), Not(HasSubstr("Content-")));
}

TEST(RequestId, IsTheClientsIfItIsFitForALog) {
  for (const std::string& good :
       {std::string("abc-123"), std::string("a/b:c=_.+"), std::string(128, 'x')}) {
    EXPECT_EQ(request_id(good), good);
  }
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("\"quoted\""), std::string(129, 'x'),
        std::string("\xc3\xa4"), std::string("a\tb")}) {
    const std::string made = request_id(bad);
    EXPECT_NE(made, bad);
    EXPECT_EQ(made.size(), 16U);
    EXPECT_NE(made, request_id(bad));
  }
}

TEST(TraceId, IsThatOfTraceparent) {
  const std::string id = "0af7651916cd43dd8448eb211c80319c";
  EXPECT_EQ(trace_id("00-" + id + "-b7ad6b7169203331-01"), id);
  EXPECT_EQ(trace_id("01-" + id + "-b7ad6b7169203331-01-later"), id);
  for (const std::string& wrong :
       {std::string(), id, "00-" + id, "00-" + id + "-b7ad6b7169203331-0",
        "00-" + id + "-b7ad6b7169203331-01-x", "ff-" + id + "-b7ad6b7169203331-01",
        "00-" + std::string(32, '0') + "-b7ad6b7169203331-01",
        "00-" + std::string(32, 'G') + "-b7ad6b7169203331-01", "00-" + id + "-b7ad6b716920333x-01",
        "01-" + id + "-b7ad6b7169203331-01later"}) {
    EXPECT_EQ(trace_id(wrong), "") << wrong;
  }
}

}  // namespace
}  // namespace genre::http
