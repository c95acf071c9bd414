#include "http/negotiation.h"

#include <gmock/gmock.h>

#include <array>
#include <string>

#include "http/content_decoder.h"

namespace genre::http {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;

constexpr std::array kGzip = {Coding::kGzip};

TEST(PreferredCoding, IsAcceptedWhereItIsNamedOrAnythingIs) {
  for (const char* field : {"gzip", "deflate, gzip", "gzip, deflate, br, zstd", "GZIP;q=0.1",
                            "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "identity;q=0, *;q=0.5",
                            "identity, gzip", "identity;q=0.5, gzip;q=0.6", "x-gzip"}) {
    EXPECT_EQ(preferred_coding(field, kGzip), Coding::kGzip) << field;
  }
  for (const char* field :
       {"", "identity", "br, deflate", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "gzippy", "\"gzip",
        ",,;", "gzip;q=0.5, identity", "gzip;q=0.1, identity;q=0.2"}) {
    EXPECT_EQ(preferred_coding(field, kGzip), Coding::kIdentity) << field;
  }
}

TEST(PreferredCoding, HasTheLargestWeight) {
  for (const char* field : {"gzip, br", "gzip;q=0.3, br;q=0.4, zstd;q=0.2", "*", "gzip;q=0.9, *"}) {
    EXPECT_EQ(preferred_coding(field), Coding::kBrotli) << field;
  }
  for (const char* field : {"zstd", "gzip, zstd", "br;q=0, *", "br;q=0.9, zstd"}) {
    EXPECT_EQ(preferred_coding(field), Coding::kZstd) << field;
  }
  EXPECT_EQ(preferred_coding("br;q=0.1, gzip;q=0.2"), Coding::kGzip);
  EXPECT_EQ(preferred_coding("br;q=0.1, gzip;q=0.2, identity;q=0.3"), Coding::kIdentity);
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
std::string decoded(std::string_view text, std::string_view coding, std::size_t piece) {
  const auto decoder = make_content_decoder(coding);
  std::string decoded;
  bool output_full = false;
  while (!text.empty() || output_full) {
    std::string output(piece, '\0');
    const auto step =
        decoder->decode(text.substr(0, piece), std::as_writable_bytes(std::span(output)));
    const bool stuck = !text.empty() && step.consumed + step.produced == 0;
    if (step.status != ContentDecoder::Status::kValid || stuck) return "invalid";
    output_full = step.produced == piece;
    decoded += output.substr(0, step.produced);
    text.remove_prefix(step.consumed);
  }
  return decoder->complete() ? decoded : "incomplete";
}

TEST(Compress, IsUndoneByTheDecoder) {
  const std::string plain = std::string(5000, 'x') + std::string(5000, 'y');
  for (const char* coding : {"gzip", "br", "zstd"}) {
    Response response{.body = plain};
    compress(response, coding);
    EXPECT_LT(response.body.size(), 200U);
    EXPECT_THAT(response.headers, Contains(Pair("Content-Encoding", coding)));
    EXPECT_THAT(response.headers, Contains(Pair("Vary", "Accept-Encoding")));
    const std::string half = response.body.substr(0, response.body.size() / 2);
    const std::string twice = response.body + response.body;
    const bool concatenates = coding != std::string_view("br");  // it has no members or frames
    for (const std::size_t piece : {1, 7, 4096}) {
      EXPECT_TRUE(decoded(response.body, coding, piece) == plain) << coding;
      EXPECT_TRUE(decoded(twice, coding, piece) == (concatenates ? plain + plain : "invalid"));
      EXPECT_EQ(decoded(half, coding, piece), "incomplete") << coding;
      EXPECT_EQ(decoded(plain, coding, piece), "invalid") << coding;
      EXPECT_EQ(decoded(response.body, "deflate", piece), "invalid") << coding;
    }
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
