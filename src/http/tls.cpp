#include "http/tls.h"

#include <fmt/format.h>

#include "http/asio.h"

namespace genre::http {

namespace ssl = net::ssl;

tl::expected<std::shared_ptr<ssl::context>, std::string> load_tls(const std::string& certificate,
                                                                  const std::string& key) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                       ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  error_code error;
  context->use_certificate_chain_file(certificate, error);
  if (error) {
    return tl::make_unexpected(
        fmt::format("{}: cannot load a PEM certificate: {}", certificate, error.message()));
  }
  context->use_private_key_file(key, ssl::context::pem, error);
  if (error) {
    return tl::make_unexpected(fmt::format("{}: cannot load a PEM private key for {}: {}", key,
                                           certificate, error.message()));
  }
  return context;
}

}  // namespace genre::http
