// The files of the page, which are part of the program (web/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace genre::server {

struct Asset {
  std::string_view path;  // in URLs
  std::string_view content_type;
  std::string_view etag;  // a weak one: the same for both bodies
  bool immutable;         // its name changes with its content
  std::string_view body;
  std::string_view gzip;  // the same, compressed; empty where that does not pay
};

[[nodiscard]] std::span<const Asset> assets();

}  // namespace genre::server
