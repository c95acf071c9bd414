// The order of the middlewares, seen from outside.
#include "server/handler.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "dataset/temporary_folder.h"
#include "http/memory_stream.h"
#include "http/session.h"

namespace genre::server {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Handler : public genre::test::TemporaryFolder {
 protected:
  void SetUp() override {
    TemporaryFolder::SetUp();
    write("clients", "client");
    write("admins", "admin");
    options_.threads = 1;
    options_.max_queue = 0;  // no prediction is ever accepted
    options_.gate = {.token_file = root_ / "clients", .admin_token_file = root_ / "admins"};
    options_.access_log = false;
  }

  std::string respond(std::string_view method_and_target, std::string_view fields = "") {
    Models models({{"seed", Model::seed()}});
    net::io_context io{1};
    Metrics metrics({"seed"}, "");
    WorkerPool workers(models, {}, options_.threads, options_.max_queue);
    LiveSessions live(io, workers, metrics, options_);
    Service service{.options = options_,
                    .models = models,
                    .workers = workers,
                    .live = live,
                    .state = {.limits = options_.limits,
                              .budget = http::ByteBudget(options_.max_in_flight_bytes)},
                    .gate = *http::Gate::make(options_.gate),
                    .cors = http::Cors({"*"}),
                    .log = http::AccessLog(options_.access_log),
                    .reload = [](std::size_t) -> net::awaitable<http::Reply> {
                      throw std::runtime_error("no model today");
                      co_return http::Response{};
                    }};
    const http::Handler handler = [&](http::Exchange& exchange) {
      return handle_request(service, exchange);
    };
    const std::string request =
        std::string(method_and_target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
    std::string output;
    bool ended = false;
    const auto connection = std::make_shared<http::Connection>(
        std::make_unique<http::test::MemoryStream>(io, request, request.size(), output));
    net::co_spawn(io, http::serve(connection, service.state, handler),
                  [&](const std::exception_ptr& error) { ended = !error; });
    while (!ended && io.run_one() > 0) continue;
    EXPECT_TRUE(ended);
    return output;
  }

  ServerOptions options_;
};

constexpr const char* kClient = "Authorization: Bearer client\r\n";

TEST_F(Handler, ChecksTheTokenBeforeTheRequest) {
  EXPECT_THAT(respond("GET /predict"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(respond("GET /predict", kClient), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(respond("POST /v1/predict?top=0"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(respond("POST /v1/predict?top=0", kClient), StartsWith("HTTP/1.1 400 "));
}

TEST_F(Handler, RespondsToAPreflightWithoutAToken) {
  EXPECT_THAT(respond("OPTIONS /predict", "Origin: https://a.example\r\n"),
              AllOf(StartsWith("HTTP/1.1 204 "), HasSubstr("Access-Control-Allow-Origin: ")));
  EXPECT_THAT(respond("OPTIONS /nothing"), StartsWith("HTTP/1.1 404 "));
}

// The client waits for "100 Continue", which would be a waste of its upload.
TEST_F(Handler, RefusesBeforeTheBodyWhereTheQueueIsFull) {
  EXPECT_THAT(respond("POST /predict",
                      std::string(kClient) + "Content-Length: 9\r\nExpect: 100-continue\r\n"),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("queue_full")));
}

TEST_F(Handler, TurnsAnExceptionIntoA500WithTheHeadersOfEveryResponse) {
  EXPECT_THAT(
      respond("POST /v1/model/reload", "Authorization: Bearer admin\r\nX-Request-Id: mine\r\n"),
      AllOf(StartsWith("HTTP/1.1 500 "), HasSubstr("\r\nX-Request-Id: mine\r\n"),
            HasSubstr("\r\nVary: Origin\r\n"), HasSubstr("internal_error"),
            Not(HasSubstr("no model today"))));
}

TEST_F(Handler, RendersEveryErrorInTheFormOfItsPath) {
  const std::string field = "X: " + std::string(options_.limits.max_header, 'x') + "\r\n";
  EXPECT_THAT(respond("GET /v2/nothing", field),
              AllOf(StartsWith("HTTP/1.1 431 "), HasSubstr("{\"error\":")));
  EXPECT_THAT(respond("GET /nothing", field),
              AllOf(StartsWith("HTTP/1.1 431 "), HasSubstr("application/problem+json")));
}

}  // namespace
}  // namespace genre::server
