// Boost.Asio and Beast as the server uses them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/system/error_code.hpp>

namespace genre::http {

namespace beast = boost::beast;
namespace net = boost::asio;
using boost::system::error_code;
using tcp = net::ip::tcp;

// A completion token that stores errors in `error` instead of throwing them.
[[nodiscard]] inline auto into(error_code& error) {
  return net::redirect_error(net::use_awaitable, error);
}

}  // namespace genre::http
