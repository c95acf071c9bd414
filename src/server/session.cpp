#include "server/session.h"

#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <span>
#include <stop_token>
#include <tl/expected.hpp>
#include <utility>
#include <variant>

#include "server/api/open_inference.h"
#include "server/api/open_inference_metadata.h"
#include "server/api/routes.h"
#include "server/elsewhere.h"
#include "server/http/problem.h"
#include "server/http/request_reader.h"
#include "server/http/trace.h"

namespace genre::server {
namespace {

using Clock = std::chrono::steady_clock;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// A request on its way to its answer.
struct Exchange {
  Exchange(Connection& connection, Service& service, beast::flat_buffer& buffer)
      : request(connection, buffer, service.options, service.budget) {}

  [[nodiscard]] const http::request_header<>& head() const { return request.head(); }
  [[nodiscard]] std::string_view header(http::field field) const { return view(head()[field]); }
  [[nodiscard]] std::string_view header(std::string_view name) const {
    return view(head()[{name.data(), name.size()}]);
  }
  [[nodiscard]] std::string_view path() const { return path_of(view(head().target())); }
  [[nodiscard]] std::string_view method() const {
    return head().target().empty() ? std::string_view() : view(head().method_string());
  }

  Clock::time_point start = Clock::now();
  RequestReader request;
  const Route* route = nullptr;
};

class Session {
 public:
  Session(Connection& connection, Service& service) : connection_(connection), service_(service) {}

  net::awaitable<void> run() {
    // Room for a head, and for what a client sends right behind it.
    beast::flat_buffer buffer(service_.options.max_header + kReadBeyond);
    Then then = Then::kNextRequest;
    while (then == Then::kNextRequest) {
      if (buffer.size() == 0) {
        const auto patience = service_.stopping ? kIdleGrace : service_.options.pace.silence;
        const bool begun = co_await connection_.wait_idle(buffer, patience);
        if (!begun) co_return;
      }
      then = co_await serve_request(buffer);
    }
    if (then == Then::kLinger) co_await connection_.linger();
  }

  net::awaitable<void> turn_away() {
    beast::flat_buffer buffer;
    const Exchange none(connection_, service_, buffer);
    const bool sent = co_await respond(
        none, busy("too_many_connections", "As many connections as allowed are open already."),
        false);
    if (sent) co_await connection_.linger();
  }

 private:
  static constexpr std::size_t kReadBeyond = 512 * kKiB;

  enum class Then { kNextRequest, kLinger, kClose };

  net::awaitable<Then> serve_request(beast::flat_buffer& buffer) {
    Exchange exchange(connection_, service_, buffer);
    Response response;
    try {
      response = co_await answer(exchange);
    } catch (const boost::system::system_error&) {
      co_return Then::kClose;  // the connection is lost
    } catch (const std::exception& error) {
      service_.log.error(error.what());
      response = problem(500, "internal_error", "Something went wrong here; it has been logged.");
    }
    if (exchange.path().starts_with("/v2")) response = as_inference_error(std::move(response));
    service_.cors.allow(exchange.header(http::field::origin), response);
    const bool keep =
        exchange.request.complete() && exchange.request.keep_alive() && !service_.stopping;
    const bool sent = co_await respond(exchange, std::move(response), keep);
    if (!sent) co_return Then::kClose;
    co_return keep ? Then::kNextRequest : Then::kLinger;
  }

  // Sends the answer, logs and counts it. Returns whether all was sent.
  net::awaitable<bool> respond(const Exchange& exchange, Response response, bool keep) {
    const std::string id = request_id(exchange.header("X-Request-Id"));
    response.headers.emplace_back("X-Request-Id", id);
    std::string message = head_of(response, exchange.head().version(), keep);
    if (exchange.head().method() != http::verb::head) message += response.body;
    error_code error;
    connection_.begin(service_.options.pace);
    co_await connection_.write(net::buffer(message), error);

    const auto duration = Clock::now() - exchange.start;
    service_.metrics.answered(exchange.route ? exchange.route->path : "other", response.status,
                              duration);
    service_.log.request({.id = id,
                          .trace = trace_id(exchange.header("traceparent")),
                          .peer = connection_.peer(),
                          .method = exchange.method(),
                          .path = exchange.path(),
                          .status = response.status,
                          .bytes_in = exchange.request.body().size(),
                          .bytes_out = response.body.size(),
                          .duration = duration});
    co_return !error;
  }

  net::awaitable<Response> answer(Exchange& exchange) {
    auto refusal = co_await exchange.request.read_head();
    if (refusal) co_return *std::move(refusal);

    exchange.route = find_route(exchange.path());
    if (exchange.route) {
      if (exchange.head().method() == http::verb::options) {
        co_return service_.cors.preflight(exchange.route->methods());
      }
      refusal = service_.gate.refuse(*exchange.route, exchange.header(http::field::authorization),
                                     connection_.peer());
      if (refusal) co_return *std::move(refusal);
    }
    auto routed = routed_of(exchange);
    if (auto* response = std::get_if<Response>(&routed)) co_return std::move(*response);
    if (std::holds_alternative<Reload>(routed)) co_return co_await service_.reload();
    // Better now than after the client has sent it all.
    if (service_.workers.full()) co_return queue_full();

    refusal = co_await exchange.request.read_body();
    if (refusal) co_return *std::move(refusal);
    co_return co_await work(routed, exchange.request.body());
  }

  Routed routed_of(const Exchange& exchange) {
    const auto model = service_.models.get();
    return follow(exchange.route,
                  {.method = exchange.method(),
                   .target = view(exchange.head().target()),
                   .content_type = exchange.header(http::field::content_type),
                   .inference_header_length = exchange.header(kInferenceHeaderLength),
                   .accept_encoding = exchange.header(http::field::accept_encoding),
                   .if_none_match = exchange.header(http::field::if_none_match)},
                  {.model = model->info(),
                   .ready = service_.ready,
                   .stopping = service_.stopping,
                   .metrics = [this] { return metrics(); }});
  }

  std::string metrics() const {
    return service_.metrics.text({.queue_depth = service_.workers.queue_depth(),
                                  .in_flight_bytes = service_.budget.taken(),
                                  .connections = service_.connections,
                                  .ready = service_.ready && !service_.stopping});
  }

  // Runs the job on a worker while this coroutine, and with it job and body, waits.
  net::awaitable<Response> work(const Routed& job, std::span<const std::byte> body) {
    std::stop_source stop;
    connection_.watch(service_.options.predict_timeout, [stop]() mutable { stop.request_stop(); });
    using Outcome = tl::expected<Response, std::exception_ptr>;
    Outcome outcome = co_await elsewhere<Outcome>([&](auto finish) {
      const auto queued = Clock::now();
      const bool accepted = service_.workers.try_submit([&, finish, queued](Predictor& predictor) {
        const auto started = Clock::now();
        const StageTimes before = predictor.times();
        predictor.cancel_by(stop.get_token());
        Outcome result = outcome_of(job, body, predictor);
        service_.metrics.worked(started - queued, predictor.times() - before);
        finish(std::move(result));  // from here on the coroutine may be gone
      });
      if (!accepted) finish(queue_full());
    });
    connection_.stop_watching();
    if (!outcome) std::rethrow_exception(outcome.error());
    co_return *std::move(outcome);
  }

  static tl::expected<Response, std::exception_ptr> outcome_of(const Routed& job,
                                                               std::span<const std::byte> body,
                                                               Predictor& predictor) try {
    if (const auto* inference = std::get_if<InferenceJob>(&job)) {
      return infer(body, inference->header_length, predictor);
    }
    return server::run(std::get<PredictJob>(job), body, predictor);
  } catch (...) {
    return tl::make_unexpected(std::current_exception());  // goes on in the coroutine
  }

  static Response queue_full() {
    return busy("queue_full", "All workers are busy and enough requests are waiting.");
  }

  Connection& connection_;
  Service& service_;
};

// Whether the client speaks TLS, where it has to.
net::awaitable<bool> shake_hands(Connection& connection, const Service& service) {
  error_code error;
  connection.begin(service.options.pace);
  co_await connection.handshake(error);
  co_return !error;
}

}  // namespace

net::awaitable<void> serve(std::shared_ptr<Connection> connection, Service& service) {
  const bool understood = co_await shake_hands(*connection, service);
  if (!understood) co_return;
  Session session(*connection, service);
  co_await session.run();
}

net::awaitable<void> turn_away(std::shared_ptr<Connection> connection, Service& service) {
  const bool understood = co_await shake_hands(*connection, service);
  if (!understood) co_return;
  Session session(*connection, service);
  co_await session.turn_away();
}

}  // namespace genre::server
