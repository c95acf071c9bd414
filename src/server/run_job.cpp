#include <boost/beast/http/field.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>

#include "http/client_network.h"
#include "server/live/live_socket.h"
#include "server/live/protocols.h"
#include "server/middlewares.h"
#include "server/run_work.h"

namespace genre::server {
namespace {

// The response is sent by request.stream, from its head on, while the audio arrives.
net::awaitable<http::Reply> run_live(Request& request, const LiveJob& job) {
  using Field = boost::beast::http::field;
  Service& service = request.service;
  http::Exchange& exchange = request.exchange;
  const bool websocket = job.form == LiveJob::Form::kWebSocket;
  if (websocket &&
      !service.cors.allows(exchange.header(Field::origin), exchange.header(Field::host))) {
    co_return tl::make_unexpected(
        http::Problem{403, "origin_not_allowed",
                      "Pages of this origin may not open a WebSocket here. See --cors-origin."});
  }
  ModelInUse model{request.job.model, service.models.get(request.job.model)};
  auto session =
      service.live.start(http::client_network(exchange.peer()), std::move(model), job.query);
  if (!session) co_return tl::make_unexpected(std::move(session.error()));
  const auto executor = exchange.executor();
  const auto idle = service.options.streams.idle;
  if (websocket) {
    request.stream = std::make_unique<LiveSocket>(exchange, *session, idle, executor);
    http::Headers headers;
    if (offers_protocol(exchange, kLiveProtocol)) {
      headers.emplace_back("Sec-WebSocket-Protocol", kLiveProtocol);
    }
    co_return http::Response{
        .status = 101, .content_type = {}, .body = {}, .headers = std::move(headers)};
  }
  auto stream = std::make_unique<StreamExchange>(
      exchange, *session, job.form == LiveJob::Form::kServerSentEvents, idle, executor);
  auto reply = co_await stream->begin();
  request.stream = std::move(stream);
  co_return reply;
}

}  // namespace

// When the client disconnects or the deadline passes, only requests the prediction to stop, and
// keeps waiting until it has stopped.
net::awaitable<http::Reply> run_job(Request& request, Next) {
  if (const auto* live = std::get_if<LiveJob>(&request.job.work)) {
    co_return co_await run_live(request, *live);
  }
  std::stop_source stop;
  const http::Exchange::Watch watch(request.exchange, request.service.options.predict_timeout,
                                    [stop]() mutable { stop.request_stop(); });
  const WorkOrder order{.service = request.service,
                        .job = request.job,
                        .body = request.exchange.body(),
                        .peer = request.exchange.peer(),
                        .accept_encoding = std::string(
                            request.exchange.header(boost::beast::http::field::accept_encoding))};
  co_return co_await run_work(order, stop.get_token());
}

}  // namespace genre::server
