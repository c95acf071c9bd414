#include "server/session.h"

#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <span>
#include <stop_token>
#include <tl/expected.hpp>
#include <utility>
#include <variant>

#include "http/offload.h"
#include "http/problem.h"
#include "http/request_reader.h"
#include "http/trace.h"
#include "server/api/error_response.h"
#include "server/api/open_inference.h"
#include "server/api/open_inference_metadata.h"
#include "server/api/routes.h"

namespace genre::server {
namespace {

using Clock = std::chrono::steady_clock;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// A request on its way to its answer.
struct Exchange {
  Exchange(http::Connection& connection, Service& service, beast::flat_buffer& buffer)
      : request(connection, buffer, service.options.limits, service.budget) {}

  [[nodiscard]] const beast::http::request_header<>& head() const { return request.head(); }
  [[nodiscard]] std::string_view header(beast::http::field field) const {
    return view(head()[field]);
  }
  [[nodiscard]] std::string_view header(std::string_view name) const {
    return view(head()[{name.data(), name.size()}]);
  }
  [[nodiscard]] std::string_view path() const { return path_of(view(head().target())); }
  [[nodiscard]] std::string_view method() const {
    return head().target().empty() ? std::string_view() : view(head().method_string());
  }

  Clock::time_point start = Clock::now();
  http::RequestReader request;
  const Route* route = nullptr;
};

class Session {
 public:
  Session(http::Connection& connection, Service& service)
      : connection_(connection), service_(service) {}

  net::awaitable<void> run() {
    // Room for a head, and for what a client sends right behind it.
    beast::flat_buffer buffer(service_.options.limits.max_header + kReadBeyond);
    Then then = Then::kNextRequest;
    while (then == Then::kNextRequest) {
      if (buffer.size() == 0) {
        const auto patience = service_.stopping ? kIdleGrace : service_.options.limits.pace.silence;
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
        none,
        http::to_response(
            http::busy("too_many_connections", "As many connections as allowed are open already.")),
        false);
    if (sent) co_await connection_.linger();
  }

 private:
  static constexpr std::size_t kReadBeyond = 512 * http::kKiB;

  enum class Then { kNextRequest, kLinger, kClose };

  net::awaitable<Then> serve_request(beast::flat_buffer& buffer) {
    Exchange exchange(connection_, service_, buffer);
    http::Reply reply;
    try {
      reply = co_await answer(exchange);
    } catch (const boost::system::system_error&) {
      co_return Then::kClose;  // the connection is lost
    } catch (const std::exception& error) {
      service_.log.error(error.what());
      reply = tl::make_unexpected(http::Problem{
          500, "internal_error", "The server has an internal error, which it has logged."});
    }
    auto response = reply ? *std::move(reply) : render(reply.error(), exchange.path());
    service_.cors.allow(exchange.header(beast::http::field::origin), response);
    const bool keep =
        exchange.request.complete() && exchange.request.keep_alive() && !service_.stopping;
    const bool sent = co_await respond(exchange, std::move(response), keep);
    if (!sent) co_return Then::kClose;
    co_return keep ? Then::kNextRequest : Then::kLinger;
  }

  // Sends the answer, logs and counts it. Returns whether all was sent.
  net::awaitable<bool> respond(const Exchange& exchange, http::Response response, bool keep) {
    const std::string id = http::request_id(exchange.header("X-Request-Id"));
    response.headers.emplace_back("X-Request-Id", id);
    std::string message = http::head_of(response, exchange.head().version(), keep);
    if (exchange.head().method() != beast::http::verb::head) message += response.body;
    error_code error;
    connection_.begin(service_.options.limits.pace);
    co_await connection_.write(net::buffer(message), error);

    const auto duration = Clock::now() - exchange.start;
    service_.metrics.answered(exchange.route ? exchange.route->path : "other", response.status,
                              duration);
    service_.log.request({.id = id,
                          .trace = http::trace_id(exchange.header("traceparent")),
                          .peer = connection_.peer(),
                          .method = exchange.method(),
                          .path = exchange.path(),
                          .status = response.status,
                          .bytes_in = exchange.request.body().size(),
                          .bytes_out = response.body.size(),
                          .duration = duration});
    co_return !error;
  }

  net::awaitable<http::Reply> answer(Exchange& exchange) {
    auto refusal = co_await exchange.request.read_head();
    if (refusal) co_return tl::make_unexpected(*std::move(refusal));

    exchange.route = find_route(exchange.path());
    if (exchange.route) {
      if (exchange.head().method() == beast::http::verb::options) {
        co_return service_.cors.preflight(exchange.route->methods());
      }
      refusal = service_.gate.refuse(exchange.route->access, exchange.route->post != nullptr,
                                     exchange.header(beast::http::field::authorization),
                                     connection_.peer());
      if (refusal) co_return tl::make_unexpected(*std::move(refusal));
    }
    auto routed = routed_of(exchange);
    if (auto* response = std::get_if<http::Response>(&routed)) co_return std::move(*response);
    if (auto* problem = std::get_if<http::Problem>(&routed)) {
      co_return tl::make_unexpected(std::move(*problem));
    }
    if (std::holds_alternative<Reload>(routed)) co_return co_await service_.reload();
    // Better now than after the client has sent it all.
    if (service_.workers.full()) co_return queue_full();

    refusal = co_await exchange.request.read_body();
    if (refusal) co_return tl::make_unexpected(*std::move(refusal));
    co_return co_await work(routed, exchange.request.body());
  }

  Routed routed_of(const Exchange& exchange) {
    const auto model = service_.models.get();
    return follow(exchange.route,
                  {.method = exchange.method(),
                   .target = view(exchange.head().target()),
                   .content_type = exchange.header(beast::http::field::content_type),
                   .inference_header_length = exchange.header(kInferenceHeaderLength),
                   .accept_encoding = exchange.header(beast::http::field::accept_encoding),
                   .if_none_match = exchange.header(beast::http::field::if_none_match)},
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
  net::awaitable<http::Reply> work(const Routed& job, std::span<const std::byte> body) {
    std::stop_source stop;
    connection_.watch(service_.options.predict_timeout, [stop]() mutable { stop.request_stop(); });
    using Outcome = Result<http::Reply>;
    Outcome outcome = co_await http::offload<Outcome>([&](auto finish) {
      const auto queued = Clock::now();
      const bool accepted =
          service_.workers.try_submit([&, finish, queued](ThreadPredictor& thread) {
            const auto started = Clock::now();
            StageTimes spent;
            Outcome result = base::attempt([&]() -> Outcome {
              Predictor& predictor = thread.get();
              predictor.cancel_by(stop.get_token());
              const StageTimes before = predictor.times();
              auto reply = run(job, body, predictor);
              spent = predictor.times() - before;
              return reply;
            });
            service_.metrics.worked(started - queued, spent);
            finish(std::move(result));  // from here on the coroutine may be gone
          });
      if (!accepted) finish(queue_full());
    });
    connection_.stop_watching();
    if (outcome) co_return *std::move(outcome);
    service_.log.error(outcome.error().message);
    co_return tl::make_unexpected(to_problem(outcome.error()));
  }

  static http::Reply run(const Routed& job, std::span<const std::byte> body, Predictor& predictor) {
    if (const auto* inference = std::get_if<InferenceJob>(&job)) {
      return infer(body, inference->header_length, predictor);
    }
    return server::run(std::get<PredictJob>(job), body, predictor);
  }

  static http::Reply queue_full() {
    return tl::make_unexpected(
        http::busy("queue_full", "All workers are busy and enough requests are waiting."));
  }

  http::Connection& connection_;
  Service& service_;
};

// Whether the client speaks TLS, where it has to.
net::awaitable<bool> shake_hands(http::Connection& connection, const Service& service) {
  error_code error;
  connection.begin(service.options.limits.pace);
  co_await connection.handshake(error);
  co_return !error;
}

}  // namespace

net::awaitable<void> serve(std::shared_ptr<http::Connection> connection, Service& service) {
  const bool understood = co_await shake_hands(*connection, service);
  if (!understood) co_return;
  Session session(*connection, service);
  co_await session.run();
}

net::awaitable<void> turn_away(std::shared_ptr<http::Connection> connection, Service& service) {
  const bool understood = co_await shake_hands(*connection, service);
  if (!understood) co_return;
  Session session(*connection, service);
  co_await session.turn_away();
}

}  // namespace genre::server
