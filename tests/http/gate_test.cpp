#include "http/gate.h"

#include <gmock/gmock.h>

#include "dataset/temporary_folder.h"
#include "http/cors.h"
#include "http/rate_limit.h"
#include "http/tokens.h"

namespace genre::http {
namespace {

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
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.acquire("a", start).count(), 0);
  EXPECT_DOUBLE_EQ(limit.acquire("a", start).count(), 0.5);
  EXPECT_EQ(limit.acquire("b", start).count(), 0);  // another client's bucket
  EXPECT_DOUBLE_EQ(limit.acquire("a", start + 250ms).count(), 0.25);
  EXPECT_EQ(limit.acquire("a", start + 500ms).count(), 0);
  EXPECT_GT(limit.acquire("a", start + 500ms).count(), 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.acquire("a", start + 1h).count(), 0);
  EXPECT_GT(limit.acquire("a", start + 1h).count(), 0);
}

TEST(RateLimit, TakesANetworkOfIpv6ForOneClient) {
  RateLimit limit(1, 1);
  const RateLimit::Clock::time_point start{};
  EXPECT_EQ(limit.acquire("2001:db8::1", start).count(), 0);
  EXPECT_GT(limit.acquire("2001:db8::ffff:2", start).count(), 0);
  EXPECT_EQ(limit.acquire("2001:db8:0:1::1", start).count(), 0);
}

TEST(RateLimit, TakesMoreForARequestOfSeveral) {
  RateLimit limit(2, 5);
  const RateLimit::Clock::time_point start{};
  EXPECT_EQ(limit.acquire("a", start).count(), 0);
  EXPECT_EQ(limit.acquire_more("a", 0, start).count(), 0);
  EXPECT_EQ(limit.acquire_more("a", 2, start).count(), 0);  // 2 are left
  EXPECT_EQ(limit.acquire("a", start).count(), 0);
  EXPECT_EQ(limit.acquire_more("a", 2, start).count(), 0.5);  // refused, so 2 are left again
  EXPECT_EQ(limit.acquire("a", start).count(), 0);
  EXPECT_EQ(limit.acquire_more("a", 1, start).count(), 0);
  EXPECT_EQ(limit.acquire("a", start).count(), 0.5);
}

TEST(RateLimit, LetsMoreThanABurstPassOnceAndKeepsTheRate) {
  RateLimit limit(2, 5);
  const RateLimit::Clock::time_point start{};
  EXPECT_EQ(limit.acquire("a", start).count(), 0);
  EXPECT_EQ(limit.acquire_more("a", 8, start).count(), 0);  // 4 are owed
  EXPECT_EQ(limit.acquire("a", start).count(), 2.5);
  EXPECT_EQ(limit.acquire("a", start + std::chrono::milliseconds(2500)).count(), 0);
  // Now none is left, and 5 are needed.
  const auto later = start + std::chrono::milliseconds(3000);
  EXPECT_EQ(limit.acquire("a", later).count(), 0);
  EXPECT_EQ(limit.acquire_more("a", 8, later).count(), 2);
  EXPECT_EQ(limit.acquire("a", later + std::chrono::seconds(2)).count(), 0);
  EXPECT_EQ(limit.acquire_more("a", 8, later + std::chrono::seconds(2)).count(), 0);
}

TEST(RateLimit, IsOffAtZero) {
  RateLimit limit(0, 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limit.acquire("a", {}).count(), 0);
}

TEST(RateLimit, RemembersOnlySoManyAddresses) {
  RateLimit limit(1, 1);
  const RateLimit::Clock::time_point start{};
  for (std::size_t i = 0; i < RateLimit::kMaxAddresses; ++i) {
    EXPECT_EQ(limit.acquire(std::to_string(i), start).count(), 0);
  }
  EXPECT_GT(limit.acquire("0", start).count(), 0);
  EXPECT_EQ(limit.acquire("new", start).count(), 0);
  EXPECT_EQ(limit.acquire("0", start).count(), 0);  // forgotten with all the others
}

TEST(Cors, NamesOnlyOriginsThatAreAllowed) {
  const auto headers = [](std::vector<std::string> allowed, const char* origin) {
    Headers result;
    Cors(std::move(allowed)).add_headers(origin, result);
    return result;
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

TEST_F(TokenFile, ProtectsWhatIsNotOpen) {
  GateOptions options;
  options.token_file = file("secret");
  auto gate = Gate::make(options);
  ASSERT_TRUE(gate);
  const auto status = [&](Access access, const char* authorization) {
    const auto problem = gate->check(access, false, authorization, "127.0.0.1");
    return problem ? problem->status : 200;
  };
  EXPECT_EQ(status(Access::kOpen, ""), 200);
  EXPECT_EQ(status(Access::kClients, ""), 401);
  EXPECT_EQ(status(Access::kClients, "Bearer secret"), 200);
  EXPECT_EQ(status(Access::kAdmin, "Bearer secret"), 403);  // there is no administrator's token
}

TEST(Gate, CountsOnlyLimitedRequests) {
  auto gate =
      Gate::make({.rate_limit = 1e-6, .rate_burst = 1, .token_file = {}, .admin_token_file = {}});
  ASSERT_TRUE(gate);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(gate->check(Access::kClients, false, "", "a"));
  EXPECT_FALSE(gate->check(Access::kClients, true, "", "a"));
  const auto problem = gate->check(Access::kClients, true, "", "a");
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->status, 429);
  EXPECT_THAT(problem->headers, Contains(Key("Retry-After")));
}

}  // namespace
}  // namespace genre::http
