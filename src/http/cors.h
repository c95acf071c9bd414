// CORS (Fetch standard): lets pages of other origins call the server from a browser.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/response.h"

namespace genre::http {

class Cors {
 public:
  // origins: for example "https://example.org", or "*" for any.
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // Whether a page of this origin may open a WebSocket, to which CORS does not apply: one of the
  // allowed origins, or that of the server itself. host: the request's Host header. Programs that
  // are no browser send no origin.
  [[nodiscard]] bool allows(std::string_view origin, std::string_view host) const;

  // Adds the headers that let a page read the response. origin: the request's Origin header, or
  // empty.
  void add_headers(std::string_view origin, Headers& headers) const;

  // The response to a preflight request. methods: the route's, for example "GET, HEAD".
  [[nodiscard]] Response preflight(std::string_view methods) const;

 private:
  [[nodiscard]] bool lists(std::string_view origin) const;

  std::vector<std::string> origins_;
};

}  // namespace genre::http
