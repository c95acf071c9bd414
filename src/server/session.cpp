#include "server/session.h"

#include <fmt/chrono.h>

#include <boost/asio/post.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <span>
#include <utility>
#include <variant>

#include "server/api/routes.h"
#include "server/http/problem.h"
#include "server/http/request_reader.h"

namespace genre::server {
namespace {

using Clock = std::chrono::steady_clock;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

class Session {
 public:
  Session(Connection& connection, Service& service) : connection_(connection), service_(service) {}

  net::awaitable<void> run() {
    // Room for a head, and for what a client sends right behind it.
    beast::flat_buffer buffer(service_.options.max_header + kReadBeyond);
    Then then = Then::kNextRequest;
    while (then == Then::kNextRequest) {
      if (buffer.size() == 0) {
        const bool begun = co_await connection_.wait_idle(buffer, service_.options.read_timeout);
        if (!begun) co_return;
      }
      then = co_await serve_request(buffer);
    }
    if (then == Then::kLinger) co_await connection_.linger();
  }

  // Sends the answer to a request with this head, and logs it. Returns whether all was sent.
  net::awaitable<bool> respond(const http::request_header<>& head, Response response, bool keep,
                               Clock::time_point start) {
    const int status = response.status;
    const std::size_t size = response.body.size();
    http::response<http::string_body> message(http::int_to_status(static_cast<unsigned>(status)),
                                              head.version());
    message.set(http::field::date, fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                                               fmt::gmtime(std::chrono::system_clock::now())));
    message.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.content_length(size);
    message.keep_alive(keep);
    if (head.method() != http::verb::head) message.body() = std::move(response.body);

    http::response_serializer<http::string_body> serializer(message);
    error_code error;
    while (!error && !serializer.is_done()) {
      connection_.set_deadline(service_.options.read_timeout);
      co_await http::async_write_some(connection_.socket(), serializer, into(error));
    }
    const bool named = !head.target().empty();
    service_.log.request(named ? view(head.method_string()) : "-",
                         named ? path_of(view(head.target())) : "-", status, size,
                         Clock::now() - start);
    co_return !error;
  }

 private:
  static constexpr std::size_t kReadBeyond = 512 * kKiB;

  enum class Then { kNextRequest, kLinger, kClose };

  net::awaitable<Then> serve_request(beast::flat_buffer& buffer) {
    const auto start = Clock::now();
    RequestReader request(connection_, buffer, service_.options, service_.budget);
    Response response;
    try {
      response = co_await answer(request);
    } catch (const boost::system::system_error&) {
      co_return Then::kClose;  // the connection is lost
    } catch (const std::exception& error) {
      service_.log.error(error.what());
      response = problem(500, "internal_error", "Something went wrong here; it has been logged.");
    }
    const bool keep = request.complete() && request.keep_alive() && !service_.stopping;
    const bool sent = co_await respond(request.head(), std::move(response), keep, start);
    if (!sent) co_return Then::kClose;
    co_return keep ? Then::kNextRequest : Then::kLinger;
  }

  net::awaitable<Response> answer(RequestReader& request) {
    auto refusal = co_await request.read_head();
    if (refusal) co_return *std::move(refusal);

    const auto& head = request.head();
    const auto routed = route({.method = view(head.method_string()),
                               .target = view(head.target()),
                               .content_type = view(head[http::field::content_type])},
                              service_.model);
    if (const auto* response = std::get_if<Response>(&routed)) co_return *response;
    // Better now than after the client has sent it all.
    if (service_.workers.full()) co_return queue_full();

    refusal = co_await request.read_body();
    if (refusal) co_return *std::move(refusal);
    co_return co_await work(std::get<PredictJob>(routed), request.body());
  }

  // Runs the job on a worker while this coroutine, and with it job and body, waits.
  net::awaitable<Response> work(const PredictJob& job, std::span<const std::byte> body) {
    const auto executor = co_await net::this_coro::executor;
    auto initiate = [&](auto handler) {
      auto resume = std::make_shared<decltype(handler)>(std::move(handler));
      const auto finish = [executor, resume](std::exception_ptr error, Response response) {
        net::post(executor, [resume, error, response = std::move(response)]() mutable {
          (*resume)(error, std::move(response));
        });
      };
      const bool accepted = service_.workers.try_submit([&job, body, finish](Predictor& predictor) {
        Response response;
        std::exception_ptr error;
        try {
          response = server::run(job, body, predictor);
        } catch (...) {
          error = std::current_exception();  // goes on in the coroutine
        }
        finish(error, std::move(response));
      });
      if (!accepted) finish(nullptr, queue_full());
    };
    co_return co_await net::async_initiate<const net::use_awaitable_t<>&,
                                           void(std::exception_ptr, Response)>(initiate,
                                                                               net::use_awaitable);
  }

  static Response queue_full() {
    return busy("queue_full", "All workers are busy and enough requests are waiting.");
  }

  Connection& connection_;
  Service& service_;
};

}  // namespace

net::awaitable<void> serve(std::shared_ptr<Connection> connection, Service& service) {
  Session session(*connection, service);
  co_await session.run();
}

net::awaitable<void> turn_away(std::shared_ptr<Connection> connection, Service& service) {
  Session session(*connection, service);
  const bool sent = co_await session.respond(
      {}, busy("too_many_connections", "As many connections as allowed are open already."), false,
      Clock::now());
  if (sent) co_await connection->linger();
}

}  // namespace genre::server
