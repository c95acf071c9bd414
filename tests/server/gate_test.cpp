#include "http/gate.h"

#include <gmock/gmock.h>

#include "dataset/temporary_folder.h"
#include "http/cors.h"
#include "server/api/routes.h"

namespace genre::server {
namespace {

using namespace http;
using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;

class TokenFile : public genre::test::TemporaryFolder {
 protected:
  std::string file(std::string_view text) {
    write("tokens", text);
    return root_ / "tokens";
  }
};

TEST_F(TokenFile, AdmitsItsTokens) {
  const auto tokens = Tokens::read(file("# ours\n  first  \n\nsecond\r\n"));
  ASSERT_TRUE(tokens) << tokens.error();
  for (const char* good : {"Bearer first", "bearer second", "BEARER   first "}) {
    EXPECT_TRUE(tokens->admit(good)) << good;
  }
  for (const char* bad : {"", "Bearer", "Bearer ", "first", "Basic first", "Bearer firs",
                          "Bearer firstt", "Bearer # ours", "Bearer FIRST"}) {
    EXPECT_FALSE(tokens->admit(bad)) << bad;
  }
}

TEST_F(TokenFile, IsReadableAndHasATokenInIt) {
  EXPECT_THAT(Tokens::read(file("# nothing\n")).error(), HasSubstr("no token"));
  EXPECT_THAT(Tokens::read(root_ / "none").error(), HasSubstr("cannot be read"));
  EXPECT_THAT(Tokens::read(root_).error(), HasSubstr("cannot be read"));
}

TEST(RateLimit, LetsABurstPassAndThenTheRate) {
  RateLimit limit(2, 3);
  const RateLimit::Clock::time_point start{};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.ask("a", start).count(), 0);
  EXPECT_DOUBLE_EQ(limit.ask("a", start).count(), 0.5);
  EXPECT_EQ(limit.ask("b", start).count(), 0);  // another client's bucket
  EXPECT_DOUBLE_EQ(limit.ask("a", start + 250ms).count(), 0.25);
  EXPECT_EQ(limit.ask("a", start + 500ms).count(), 0);
  EXPECT_GT(limit.ask("a", start + 500ms).count(), 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.ask("a", start + 1h).count(), 0);
  EXPECT_GT(limit.ask("a", start + 1h).count(), 0);
}

TEST(RateLimit, TakesANetworkOfIpv6ForOneClient) {
  RateLimit limit(1, 1);
  const RateLimit::Clock::time_point start{};
  EXPECT_EQ(limit.ask("2001:db8::1", start).count(), 0);
  EXPECT_GT(limit.ask("2001:db8::ffff:2", start).count(), 0);
  EXPECT_EQ(limit.ask("2001:db8:0:1::1", start).count(), 0);
}

TEST(RateLimit, IsOffAtZero) {
  RateLimit limit(0, 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limit.ask("a", {}).count(), 0);
}

TEST(RateLimit, RemembersOnlySoManyAddresses) {
  RateLimit limit(1, 1);
  const RateLimit::Clock::time_point start{};
  for (std::size_t i = 0; i < RateLimit::kMaxAddresses; ++i) {
    EXPECT_EQ(limit.ask(std::to_string(i), start).count(), 0);
  }
  EXPECT_GT(limit.ask("0", start).count(), 0);
  EXPECT_EQ(limit.ask("new", start).count(), 0);
  EXPECT_EQ(limit.ask("0", start).count(), 0);  // forgotten with all the others
}

TEST(Cors, NamesOnlyOriginsThatAreAllowed) {
  const auto headers = [](std::vector<std::string> allowed, const char* origin) {
    Response response;
    Cors(std::move(allowed)).allow(origin, response);
    return response.headers;
  };
  EXPECT_THAT(headers({}, "https://a.example"), IsEmpty());
  EXPECT_THAT(headers({"https://a.example"}, "https://a.example"),
              Contains(Pair("Access-Control-Allow-Origin", "https://a.example")));
  EXPECT_THAT(headers({"*"}, "https://b.example"),
              Contains(Pair("Access-Control-Allow-Origin", "https://b.example")));
  for (const char* other : {"https://b.example", "https://a.example.evil", ""}) {
    const auto found = headers({"https://a.example"}, other);
    EXPECT_THAT(found, Contains(Pair("Vary", "Origin")));
    EXPECT_THAT(found, testing::Not(Contains(Key("Access-Control-Allow-Origin"))));
  }
}

TEST_F(TokenFile, LeavesHealthOpen) {
  GateOptions options;
  options.token_file = file("secret");
  auto gate = Gate::make(options);
  ASSERT_TRUE(gate);
  const auto status = [&](const char* path, const char* authorization) {
    const Route& route = *find_route(path);
    const auto refusal =
        gate->refuse(route.access, route.post != nullptr, authorization, "127.0.0.1");
    return refusal ? refusal->status : 200;
  };
  for (const char* open : {"/healthz", "/readyz"}) EXPECT_EQ(status(open, ""), 200);
  for (const char* closed : {"/predict", "/v1/predict", "/v1/model", "/metrics"}) {
    EXPECT_EQ(status(closed, ""), 401) << closed;
    EXPECT_EQ(status(closed, "Bearer secret"), 200) << closed;
  }
  EXPECT_EQ(status("/v1/model/reload", "Bearer secret"), 403);
}

}  // namespace
}  // namespace genre::server
