#include "http/negotiation.h"

#include <gmock/gmock.h>

#include <string>

#include "http/inflater.h"

namespace genre::http {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;

TEST(AcceptsGzip, WhereItIsNamedOrAnythingIs) {
  for (const char* field : {"gzip", "deflate, gzip", "gzip, deflate, br, zstd", "GZIP;q=0.1",
                            "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "identity;q=0, *;q=0.5",
                            "identity, gzip", "identity;q=0.5, gzip;q=0.6", "x-gzip"}) {
    EXPECT_TRUE(accepts_gzip(field)) << field;
  }
  for (const char* field :
       {"", "identity", "br, deflate", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "gzippy", "\"gzip",
        ",,;", "gzip;q=0.5, identity", "gzip;q=0.1, identity;q=0.2"}) {
    EXPECT_FALSE(accepts_gzip(field)) << field;
  }
}

TEST(Matches, ComparesWeakly) {
  for (const char* field : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"}) {
    EXPECT_TRUE(matches(field, "W/\"a\"")) << field;
  }
  for (const char* field : {"", "\"b\"", "a", "\"a"})
    EXPECT_FALSE(matches(field, "W/\"a\"")) << field;
}

TEST(WeakEtag, DependsOnTheBody) {
  EXPECT_EQ(weak_etag("a"), weak_etag("a"));
  EXPECT_NE(weak_etag("a"), weak_etag("b"));
}

TEST(AddVary, ExtendsTheHeader) {
  Headers headers;
  add_vary(headers, "Origin");
  add_vary(headers, "Accept-Encoding");
  EXPECT_THAT(headers, ElementsAre(Pair("Vary", "Origin, Accept-Encoding")));
}

// What the decoder makes of this text, however it is cut.
std::string inflated(std::string_view text, bool gzip, std::size_t piece) {
  Inflater inflater(gzip);
  std::string decoded;
  while (!text.empty()) {
    std::string output(piece, '\0');
    const auto step =
        inflater.decode(text.substr(0, piece), std::as_writable_bytes(std::span(output)));
    if (!step.valid || step.consumed + step.produced == 0) return "invalid";
    decoded += output.substr(0, step.produced);
    text.remove_prefix(step.consumed);
  }
  return inflater.complete() ? decoded : "incomplete";
}

TEST(Compress, IsUndoneByTheDecoder) {
  Response response{.body = std::string(5000, 'x') + std::string(5000, 'y')};
  const std::string plain = response.body;
  compress(response, "gzip");
  EXPECT_LT(response.body.size(), 200U);
  EXPECT_THAT(response.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_THAT(response.headers, Contains(Pair("Vary", "Accept-Encoding")));
  const std::string half = response.body.substr(0, response.body.size() / 2);
  for (const std::size_t piece : {1, 7, 4096}) {
    EXPECT_TRUE(inflated(response.body, true, piece) == plain);
    EXPECT_TRUE(inflated(response.body + response.body, true, piece) == plain + plain);
    EXPECT_EQ(inflated(half, true, piece), "incomplete");
    EXPECT_EQ(inflated(plain, true, piece), "invalid");
    EXPECT_EQ(inflated(response.body, false, piece), "invalid");
  }
}

TEST(Compress, LeavesWhatIsNotWorthIt) {
  const auto unchanged = [](Response response, const char* accepted) {
    const std::string before = response.body;
    compress(response, accepted);
    EXPECT_EQ(response.body, before);
    EXPECT_THAT(response.headers, Not(Contains(Pair("Content-Encoding", "gzip"))));
    return response.headers;
  };
  const std::string large(2000, 'x');
  EXPECT_THAT(unchanged({.body = std::string(1000, 'x')}, "gzip"), IsEmpty());
  EXPECT_THAT(unchanged({.content_type = "application/octet-stream", .body = large}, "gzip"),
              IsEmpty());
  EXPECT_THAT(unchanged({.body = large, .headers = {{"Content-Encoding", "br"}}}, "gzip"),
              Not(Contains(Key("Vary"))));
  // A cache must know that others get something else.
  EXPECT_THAT(unchanged({.body = large}, "gzip;q=0"), ElementsAre(Pair("Vary", "Accept-Encoding")));
}

}  // namespace
}  // namespace genre::http
