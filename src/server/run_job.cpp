#include <boost/beast/http/field.hpp>
#include <stop_token>
#include <string>

#include "server/middlewares.h"
#include "server/run_work.h"

namespace genre::server {

// When the client disconnects or the deadline passes, only requests the prediction to stop, and
// keeps waiting until it has stopped.
net::awaitable<http::Reply> run_job(Request& request, Next) {
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
