#include "server/page/page.h"

#include <gmock/gmock.h>

#include "server/page/assets.h"

namespace genre::server {
namespace {

using namespace http;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

TEST(Page, IsWhatTheProgramHolds) {
  EXPECT_TRUE(is_page("/"));
  EXPECT_FALSE(is_page(""));
  EXPECT_FALSE(is_page("/index.html"));
  EXPECT_FALSE(is_page("/../etc/passwd"));
}

TEST(Page, IsCompressedForThoseWhoTakeThat) {
  for (const Asset& asset : assets()) {
    const Response plain = page(asset.path, "", "");
    EXPECT_EQ(plain.body, asset.body);
    EXPECT_THAT(plain.headers, Not(Contains(Key("Content-Encoding"))));
    const Response packed = page(asset.path, "gzip", "");
    EXPECT_EQ(packed.body, asset.gzip.empty() ? asset.body : asset.gzip);
    EXPECT_LE(packed.body.size(), plain.body.size());
  }
}

TEST(Page, IsNotSentAgainToThoseWhoHaveIt) {
  const auto headers = page("/", "", "").headers;
  const auto etag =
      std::ranges::find(headers, "ETag", [](const auto& field) { return field.first; });
  ASSERT_NE(etag, headers.end());
  for (const std::string& field :
       {etag->second, etag->second.substr(2), "\"x\", " + etag->second, std::string("*")}) {
    const Response response = page("/", "gzip", field);
    EXPECT_EQ(response.status, 304) << field;
    EXPECT_EQ(response.body, "");
    EXPECT_THAT(response.headers, Contains(Pair("ETag", etag->second)));
  }
  EXPECT_EQ(page("/", "", "\"x\"").status, 200);
}

}  // namespace
}  // namespace genre::server
