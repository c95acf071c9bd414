#include "http/response.h"

#include <fmt/chrono.h>

#include <boost/beast/http/status.hpp>
#include <chrono>
#include <iterator>

#include "http/request_parser.h"

namespace genre::http {

namespace beast = boost::beast;

std::string reason_phrase(int status) {
  return std::string(
      beast::http::obsolete_reason(beast::http::int_to_status(static_cast<unsigned>(status))));
}

namespace {

// length: the fields that say where the body ends.
std::string head(const Response& response, unsigned version, bool keep_alive,
                 std::string_view length) {
  constexpr int kNoContent = 204;
  constexpr int kNotModified = 304;
  std::string head;
  const auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/{}.{} {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", version / 10,
                 version % 10, response.status, reason_phrase(response.status),
                 fmt::gmtime(std::chrono::system_clock::now()));
  if (response.status != kNoContent && response.status != kNotModified) {
    fmt::format_to(out, "Content-Type: {}\r\n{}", response.content_type, length);
  }
  for (const auto& [name, value] : response.headers) {
    fmt::format_to(out, "{}: {}\r\n", name, value);
  }
  if (!keep_alive) {
    head += "Connection: close\r\n";
  } else if (version < kHttp11) {  // from 1.1 on, connections stay open by default
    head += "Connection: keep-alive\r\n";
  }
  head += "\r\n";
  return head;
}

}  // namespace

std::string head_of(const Response& response, unsigned version, bool keep_alive) {
  return head(response, version, keep_alive,
              fmt::format("Content-Length: {}\r\n", response.body.size()));
}

std::string streaming_head_of(const Response& response, unsigned version) {
  return head(response, version, false, version < kHttp11 ? "" : "Transfer-Encoding: chunked\r\n");
}

std::string chunk_of(std::string_view bytes, unsigned version) {
  if (version < kHttp11) return std::string(bytes);
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace genre::http
