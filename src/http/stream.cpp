#include "http/stream.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <cerrno>
#include <utility>

namespace genre::http {
namespace {

// The common part: the socket.
template <class Layer>
class SocketStream : public Stream {
 public:
  template <class... Arguments>
  explicit SocketStream(tcp::socket socket, Arguments&&... arguments)
      : layer_(std::move(socket), std::forward<Arguments>(arguments)...) {
    error_code ignored;
    this->socket().set_option(tcp::no_delay(true), ignored);
    const auto endpoint = this->socket().remote_endpoint(ignored);
    peer_ = endpoint.address().to_string();
  }

  net::awaitable<std::size_t> write_some(net::const_buffer data, error_code& error) override {
    co_return co_await layer_.async_write_some(data, into(error));
  }

  bool has_bytes() override {
    std::byte next;
    return ::recv(socket().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }

  void cancel() override {
    error_code ignored;
    socket().cancel(ignored);
  }

  net::any_io_executor executor() override { return layer_.get_executor(); }
  std::string peer() const override { return peer_; }

 protected:
  tcp::socket& socket() { return beast::get_lowest_layer(layer_); }

  Layer layer_;

 private:
  std::string peer_;
};

class PlainStream : public SocketStream<tcp::socket> {
 public:
  using SocketStream::SocketStream;

  net::awaitable<void> handshake(error_code&) override { co_return; }

  net::awaitable<std::size_t> read_some(net::mutable_buffer space, error_code& error) override {
    co_return co_await layer_.async_read_some(space, into(error));
  }

  void wait_end(std::shared_ptr<void> owner, std::function<void(bool)> on_end) override {
    layer_.async_wait(tcp::socket::wait_read,
                      [this, owner = std::move(owner), on_end = std::move(on_end)](
                          error_code error) { on_end(!error && at_end()); });
  }

  net::awaitable<void> end() override {
    error_code ignored;
    layer_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }

 private:
  // Tells the end from the next request of a pipelining client, without reading a byte of it.
  bool at_end() {
    std::byte next;
    const auto got = ::recv(layer_.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
  }
};

class TlsStream : public SocketStream<net::ssl::stream<tcp::socket>> {
 public:
  TlsStream(tcp::socket socket, std::shared_ptr<net::ssl::context> context)
      : SocketStream(std::move(socket), *context), context_(std::move(context)) {}

  net::awaitable<void> handshake(error_code& error) override {
    co_await layer_.async_handshake(net::ssl::stream_base::server, into(error));
  }

  net::awaitable<std::size_t> read_some(net::mutable_buffer space, error_code& error) override {
    co_await finish_peek();
    // OpenSSL does not read after close_notify, but linger must empty the socket.
    if (ended_) co_return co_await socket().async_read_some(space, into(error));
    if (std::exchange(peeked_, false)) co_return net::buffer_copy(space, net::buffer(peek_));
    const std::size_t got = co_await layer_.async_read_some(space, into(error));
    // Many clients close without close_notify. This is safe: HTTP itself detects a truncated
    // request.
    if (error == net::ssl::error::stream_truncated) error = net::error::eof;
    co_return got;
  }

  // The socket alone does not show the end: it is in an encrypted record, close_notify. So this
  // reads, and keeps what it gets for read_some.
  void wait_end(std::shared_ptr<void> owner, std::function<void(bool)> on_end) override {
    peeking_ = true;
    layer_.async_read_some(net::buffer(peek_),
                           [this, owner = std::move(owner), on_end = std::move(on_end)](
                               error_code error, std::size_t got) {
                             peeking_ = false;
                             peeked_ = got > 0;
                             peek_ended_.cancel();
                             on_end(error && error != net::error::operation_aborted);
                           });
  }

  net::awaitable<void> end() override {
    co_await finish_peek();
    ended_ = true;
    error_code ignored;
    co_await layer_.async_shutdown(into(ignored));
    socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

 private:
  // OpenSSL allows one read at a time, and a cancelled one ends a moment later.
  net::awaitable<void> finish_peek() {
    while (peeking_) {
      error_code ignored;
      peek_ended_.expires_at(net::steady_timer::time_point::max());
      co_await peek_ended_.async_wait(into(ignored));
    }
  }

  std::shared_ptr<net::ssl::context> context_;
  bool ended_ = false;
  std::array<std::byte, 1> peek_{};
  bool peeking_ = false;  // wait_end reads into peek_
  bool peeked_ = false;   // peek_ has a byte for read_some
  net::steady_timer peek_ended_{executor()};
};

}  // namespace

std::unique_ptr<Stream> make_stream(tcp::socket socket, std::shared_ptr<net::ssl::context> tls) {
  if (tls) return std::make_unique<TlsStream>(std::move(socket), std::move(tls));
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace genre::http
