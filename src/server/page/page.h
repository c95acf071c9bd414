// The web page at /, the API's description at /docs, and their assets.
#pragma once

#include <string_view>

#include "http/response.h"

namespace genre::server {

// Whether the program was built with the page, or with a note in its place that says why not.
[[nodiscard]] bool has_page();

[[nodiscard]] bool is_page(std::string_view path);

// The response to GET, for a path that is_page. accept_encoding and if_none_match: these fields of
// the request, empty where it has none (RFC 9110, sections 12.5.3 and 13.1.2).
[[nodiscard]] http::Response page(std::string_view path, std::string_view accept_encoding,
                                  std::string_view if_none_match);

// Whether such a field accepts gzip.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace genre::server
