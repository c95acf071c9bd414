// An answer before it is put on the wire.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace genre::server {

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside the ones of every answer
};

}  // namespace genre::server
