// A byte stream to a client: TCP, or TLS over TCP.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "http/asio.h"

namespace genre::http {

// Use it on the I/O thread only. At most one read and one write at a time.
class Stream {
 public:
  virtual ~Stream() = default;

  // Call it once, first.
  [[nodiscard]] virtual net::awaitable<void> handshake(error_code& error) = 0;

  [[nodiscard]] virtual net::awaitable<std::size_t> read_some(net::mutable_buffer space,
                                                              error_code& error) = 0;
  [[nodiscard]] virtual net::awaitable<std::size_t> write_some(net::const_buffer data,
                                                               error_code& error) = 0;

  // Closes the sending side. Discard what read_some returns afterwards.
  [[nodiscard]] virtual net::awaitable<void> end() = 0;

  // Calls back with true when the peer has closed its side, and with false when there are bytes to
  // read before that, or after cancel. owner: keeps the stream until then. Until read_some is
  // called once more, only writes may follow.
  virtual void wait_end(std::shared_ptr<void> owner, std::function<void(bool)> on_end) = 0;

  // Whether the peer has sent something that is not read yet.
  [[nodiscard]] virtual bool has_bytes() = 0;

  // Pending operations end with operation_aborted.
  virtual void cancel() = 0;

  [[nodiscard]] virtual net::any_io_executor executor() = 0;
  [[nodiscard]] virtual std::string peer() const = 0;  // its address, without the port
};

// tls: null for plain TCP.
[[nodiscard]] std::unique_ptr<Stream> make_stream(tcp::socket socket,
                                                  std::shared_ptr<net::ssl::context> tls);

}  // namespace genre::http
