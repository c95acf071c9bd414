// The web page at /, the API documentation at /docs, and their assets.
#pragma once

#include <string_view>

#include "http/response.h"

namespace genre::server {

// Whether the program was built with the page. Without it, / shows a note that explains why.
[[nodiscard]] bool has_page();

[[nodiscard]] bool is_page(std::string_view path);

// The response to GET. path: one for which is_page is true. accept_encoding, if_none_match: these
// header fields of the request, or empty (RFC 9110, sections 12.5.3 and 13.1.2).
[[nodiscard]] http::Response page(std::string_view path, std::string_view accept_encoding,
                                  std::string_view if_none_match);

}  // namespace genre::server
