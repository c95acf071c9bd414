// A response before it is written to the connection.
#pragma once

#include <string>
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

// Status line, header fields and the empty line before the body. version: the request's, 10 or 11.
// keep_alive: whether another request may follow.
[[nodiscard]] std::string head_of(const Response& response, unsigned version, bool keep_alive);

}  // namespace genre::http
