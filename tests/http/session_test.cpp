// The connection loop alone, with a handler that knows nothing of genre.
#include "http/session.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "http/memory_stream.h"

namespace genre::http {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Session : public testing::Test {
 protected:
  // Everything that the server sends for this input. piece: the most bytes that arrive at a time.
  std::string serve(std::string_view input, std::size_t piece = 4096) {
    return run(input, piece, genre::http::serve);
  }

  template <typename Serve>
  std::string run(std::string_view input, std::size_t piece, Serve serve_connection) {
    std::string output;
    net::io_context io{1};
    const auto connection = std::make_shared<Connection>(
        std::make_unique<test::MemoryStream>(io, input, piece, output));
    bool ended = false;
    net::co_spawn(io, serve_connection(connection, state_, handler_),
                  [&](const std::exception_ptr& error) {
                    ended = true;
                    failed_ = error != nullptr;
                  });
    while (!ended && io.run_one() > 0) continue;
    EXPECT_TRUE(ended);
    EXPECT_EQ(state_.budget.used(), 0U);
    return output;
  }

  // Responds with the path and the body, and keeps a list of the paths.
  net::awaitable<void> echo(Exchange& exchange) {
    paths_.emplace_back(exchange.path());
    auto problem = exchange.head_problem();
    if (!problem) problem = co_await exchange.read_body();
    const auto body = exchange.body();
    const std::string text(reinterpret_cast<const char*>(body.data()), body.size());
    const Response response = problem ? to_response(*problem)
                                      : Response{.body = std::string(exchange.path()) + " " + text};
    co_await exchange.send(response);
  }

  ServerState state_{.limits = {.max_header = 256, .max_body = 16}, .budget = ByteBudget(64)};
  Handler handler_ = [this](Exchange& exchange) { return echo(exchange); };
  std::vector<std::string> paths_;
  bool failed_ = false;
};

constexpr std::string_view kTwoRequests =
    "POST /a?query HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyzGET /b HTTP/1.1\r\nHost: "
    "a\r\n\r\n";

TEST_F(Session, ServesRequestsInTheirOrderHoweverTheyArrive) {
  for (const std::size_t piece : {1, 7, 4096}) {
    paths_.clear();
    const std::string output = serve(kTwoRequests, piece);
    EXPECT_THAT(paths_, ElementsAre("/a", "/b"));
    EXPECT_THAT(output, HasSubstr("\r\n\r\n/a xyzHTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(output, EndsWith("\r\n\r\n/b "));
  }
}

TEST_F(Session, EndsWithTheResponseThatClosesTheConnection) {
  const std::string output = serve(
      "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(paths_, ElementsAre("/a"));
  EXPECT_THAT(output, HasSubstr("Connection: close\r\n"));
}

TEST_F(Session, EndsAfterTheRequestInProgressOnceTheServerStops) {
  state_.stopping = true;
  EXPECT_THAT(serve(kTwoRequests), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(paths_, ElementsAre("/a"));
}

// The next request would begin in the middle of the body that nobody has read.
TEST_F(Session, EndsAfterABodyThatWasNotRead) {
  handler_ = [this](Exchange& exchange) -> net::awaitable<void> {
    paths_.emplace_back(exchange.path());
    const Response response{.status = 404, .body = {}};
    co_await exchange.send(response);
  };
  EXPECT_THAT(serve(kTwoRequests), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(paths_, ElementsAre("/a"));
}

TEST_F(Session, HandsAHeadThatCannotBeReadToTheHandler) {
  EXPECT_THAT(serve("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(serve("GET /long HTTP/1.1\r\nHost: a\r\nX: " + std::string(300, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(serve("GET /te HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"),
              StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(paths_, ElementsAre("", "/long", "/te"));
}

TEST_F(Session, RefusesBodiesBeyondTheLimitsBeforeTheyArrive) {
  EXPECT_THAT(serve("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  state_.budget = ByteBudget(2);
  EXPECT_THAT(serve("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"),
              StartsWith("HTTP/1.1 503 "));
}

TEST_F(Session, OmitsTheBodyForHead) {
  EXPECT_THAT(serve("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n"),
              testing::AllOf(HasSubstr("Content-Length: 3\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(Session, EndsSilentlyWithoutARequest) {
  EXPECT_THAT(serve(""), IsEmpty());
  EXPECT_THAT(paths_, IsEmpty());
}

TEST_F(Session, ClosesTheConnectionWhereTheHandlerThrows) {
  handler_ = [](Exchange&) -> net::awaitable<void> {
    throw std::runtime_error("a fault");
    co_return;
  };
  EXPECT_THAT(serve(kTwoRequests), IsEmpty());
  EXPECT_TRUE(failed_);
}

TEST_F(Session, RejectsAConnectionBeforeItsRequest) {
  handler_ = [this](Exchange& exchange) -> net::awaitable<void> {
    paths_.emplace_back(exchange.path());
    const Response response{.status = 503, .body = {}};
    co_await exchange.send(response);
  };
  const std::string output = run(kTwoRequests, 4096, reject);
  EXPECT_THAT(output, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(output, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(paths_, ElementsAre(""));
}

}  // namespace
}  // namespace genre::http
