// A response before it is written to the connection.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace genre::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers = {};  // in addition to those of every response
};

[[nodiscard]] std::string reason_phrase(int status);

// The same for a body of unknown length, in chunks. After an HTTP/1.0 request, which knows no
// chunks, the end of the connection is the end of the body.
[[nodiscard]] std::string streaming_head_of(const Response& response, unsigned version);

// A chunk of such a body; the last one is empty.
[[nodiscard]] std::string chunk_of(std::string_view bytes, unsigned version);

// Status line, header fields and the empty line before the body. version: the request's, 10 or 11.
// keep_alive: whether another request may follow.
[[nodiscard]] std::string head_of(const Response& response, unsigned version, bool keep_alive);

}  // namespace genre::http
