#include "http/stream.h"

#include <sys/socket.h>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
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

  void wait_readable(std::function<void(error_code)> on_readable) override {
    socket().async_wait(tcp::socket::wait_read, std::move(on_readable));
  }

  bool at_end() override {
    std::byte next;
    const auto got = ::recv(socket().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
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

  net::awaitable<void> end() override {
    error_code ignored;
    layer_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
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
    // OpenSSL does not read after close_notify, but linger must empty the socket.
    if (ended_) co_return co_await socket().async_read_some(space, into(error));
    const std::size_t got = co_await layer_.async_read_some(space, into(error));
    // Many clients close without close_notify. This is safe: HTTP itself detects a truncated
    // request.
    if (error == net::ssl::error::stream_truncated) error = net::error::eof;
    co_return got;
  }

  net::awaitable<void> end() override {
    ended_ = true;
    error_code ignored;
    co_await layer_.async_shutdown(into(ignored));
    socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

 private:
  std::shared_ptr<net::ssl::context> context_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_stream(tcp::socket socket, std::shared_ptr<net::ssl::context> tls) {
  if (tls) return std::make_unique<TlsStream>(std::move(socket), std::move(tls));
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace genre::http
