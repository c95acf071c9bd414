// Input: the length of the boundary (one byte), the boundary, and a multipart body. Expects an
// error, or parts inside the body in order.
#include "http/multipart.h"

#include <algorithm>

#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  namespace http = genre::http;
  if (size < 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto boundary = input.substr(1, 1 + data[0] % http::kMaxBoundary);
  const auto body = std::as_bytes(std::span(input.substr(1 + boundary.size())));

  const auto parts = http::parse_multipart(body, boundary);
  if (!parts) {
    require(!parts.error().empty());
    return 0;
  }
  require(parts->size() <= http::kMaxParts);
  const std::byte* at = body.data();
  for (const http::Part& part : *parts) {
    require(part.content.data() >= at);
    at = part.content.data() + part.content.size();
  }
  require(at <= body.data() + body.size());
  return 0;
}
