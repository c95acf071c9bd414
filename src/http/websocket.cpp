#include "http/websocket.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <exception>
#include <utility>

namespace genre::http {
namespace {

namespace websocket = beast::websocket;

// An exchange as Beast's websocket::stream takes a stream.
class RawExchange {
 public:
  using executor_type = net::any_io_executor;

  RawExchange(Exchange& exchange, net::any_io_executor executor)
      : exchange_(&exchange), executor_(std::move(executor)) {}

  [[nodiscard]] executor_type get_executor() { return executor_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return start(
        [exchange = exchange_, buffers](error_code& error) -> net::awaitable<std::size_t> {
          return exchange->read_raw(*net::buffer_sequence_begin(buffers), error);
        },
        std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return start(
        [exchange = exchange_, bytes = beast::buffers_to_string(buffers)](
            error_code& error) mutable { return exchange->write_raw(std::move(bytes), error); },
        std::forward<Token>(token));
  }

  // The session closes the connection gracefully.
  friend void teardown(beast::role_type, RawExchange&, error_code&) {}
  template <class Handler>
  friend void async_teardown(beast::role_type, RawExchange& stream, Handler&& handler) {
    net::post(stream.executor_,
              [handler = std::forward<Handler>(handler)]() mutable { handler(error_code()); });
  }
  friend void beast_close_socket(RawExchange& stream) { stream.exchange_->cancel(); }

 private:
  // operation: a function of an error_code that returns an awaitable of the number of bytes.
  template <class Operation, class Token>
  auto start(Operation operation, Token&& token) {
    const auto initiate = [executor = executor_](auto handler, Operation run) {
      struct State {
        Operation run;
        error_code error = {};
      };
      auto state = std::make_shared<State>(State{std::move(run)});
      net::co_spawn(
          executor,
          [state]() -> net::awaitable<std::size_t> { co_return co_await state->run(state->error); },
          [state, handler = std::move(handler)](const std::exception_ptr& failed,
                                                std::size_t n) mutable {
            if (failed) state->error = net::error::connection_aborted;
            handler(state->error, n);
          });
    };
    return net::async_initiate<Token, void(error_code, std::size_t)>(initiate, token,
                                                                     std::move(operation));
  }

  Exchange* exchange_;
  net::any_io_executor executor_;
};

using Field = beast::http::field;

// What Beast needs of the head that the server has read.
beast::http::request<beast::http::empty_body> handshake_of(const Exchange& exchange) {
  beast::http::request<beast::http::empty_body> request{beast::http::verb::get, "/", 11};
  for (const Field name : {Field::host, Field::connection, Field::upgrade, Field::sec_websocket_key,
                           Field::sec_websocket_version}) {
    const std::string_view value = exchange.header(name);
    if (!value.empty()) request.set(name, {value.data(), value.size()});
  }
  return request;
}

}  // namespace

bool is_websocket(const Exchange& exchange) {
  // Beast checks the version only when it accepts.
  return exchange.method() == "GET" && exchange.header(Field::sec_websocket_version) == "13" &&
         websocket::is_upgrade(handshake_of(exchange));
}

struct WebSocket::Impl {
  Impl(Exchange& with, std::size_t max_message)
      : exchange(with), stream(RawExchange(with, with.executor())) {
    stream.read_message_max(max_message);
    auto timeout = websocket::stream_base::timeout::suggested(beast::role_type::server);
    timeout.handshake_timeout = std::chrono::seconds(5);
    stream.set_option(timeout);  // idle clients get a ping
    stream.text(true);
  }

  Exchange& exchange;
  websocket::stream<RawExchange> stream;
};

WebSocket::WebSocket(Exchange& exchange, std::size_t max_message)
    : impl_(std::make_unique<Impl>(exchange, max_message)) {}
WebSocket::~WebSocket() = default;

net::awaitable<bool> WebSocket::accept(const Headers& headers) {
  impl_->stream.set_option(
      websocket::stream_base::decorator([&headers](websocket::response_type& response) {
        response.erase(Field::server);
        for (const auto& [name, value] : headers) response.insert(name, value);
      }));
  error_code error;
  const auto request = handshake_of(impl_->exchange);
  co_await impl_->stream.async_accept(request, into(error));
  co_return !error;
}

net::awaitable<std::optional<WebSocket::Message>> WebSocket::receive() {
  beast::flat_buffer buffer;
  error_code error;
  co_await impl_->stream.async_read(buffer, into(error));
  if (error) co_return std::nullopt;
  co_return Message{impl_->stream.got_binary(), beast::buffers_to_string(buffer.data())};
}

net::awaitable<bool> WebSocket::send_text(const std::string& text) {
  error_code error;
  co_await impl_->stream.async_write(net::buffer(text), into(error));
  co_return !error;
}

net::awaitable<void> WebSocket::close(CloseCode code, std::string reason) {
  constexpr std::size_t kMostReason = 123;  // bytes of a control frame
  reason.resize(std::min(reason.size(), kMostReason));
  const websocket::close_reason why(static_cast<websocket::close_code>(code), reason);
  error_code error;
  co_await impl_->stream.async_close(why, into(error));
}

}  // namespace genre::http
