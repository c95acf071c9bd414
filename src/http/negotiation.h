// What a client accepts and what it has (RFC 9110, sections 12 and 13).
#pragma once

#include <span>
#include <string_view>

#include "http/content_coding.h"
#include "http/response.h"

namespace genre::http {

// The coding that the client prefers, the first of those that it prefers equally. kIdentity if it
// accepts none. accept_encoding: the header value.
[[nodiscard]] Coding preferred_coding(std::string_view accept_encoding,
                                      std::span<const Coding> available = kCodings);

// Whether the client has this preference (RFC 7240), in lower case. prefer: the header value.
[[nodiscard]] bool prefers(std::string_view prefer, std::string_view preference);

// Whether the client has the representation with this entity tag. if_none_match: the header value.
[[nodiscard]] bool matches(std::string_view if_none_match, std::string_view etag);

// The weak entity tag of a body.
[[nodiscard]] std::string weak_etag(std::string_view body);

// Adds a name to the header Vary.
void add_vary(Headers& headers, std::string_view name);

// Encodes the body of a successful or failed response that is larger than 1 kB, if its type can be
// compressed, in the coding that the client prefers.
void compress(Response& response, std::string_view accept_encoding);

}  // namespace genre::http
