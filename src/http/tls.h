// The server's certificate and key (OpenSSL).
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <tl/expected.hpp>

namespace genre::http {

// PEM files: the certificate with its chain, and its private key. TLS 1.2 or later. Error: a
// sentence that names the file.
[[nodiscard]] tl::expected<std::shared_ptr<boost::asio::ssl::context>, std::string> load_tls(
    const std::string& certificate, const std::string& key);

}  // namespace genre::http
