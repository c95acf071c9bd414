// Which pages of other origins may call the server from a browser (the Fetch standard's CORS).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/response.h"

namespace genre::http {

class Cors {
 public:
  // Such as "https://example.org", or "*" for all.
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // Adds the headers that let a browser show the response to its page. origin: the request's header
  // field, empty without one.
  void add_headers(std::string_view origin, Headers& headers) const;

  // The response to a preflight for a route with these methods ("GET, HEAD").
  [[nodiscard]] Response preflight(std::string_view methods) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace genre::http
