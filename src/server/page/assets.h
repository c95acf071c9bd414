// The files of the page, embedded in the program by web/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace genre::server {

struct Asset {
  std::string_view path;  // URL path
  std::string_view content_type;
  std::string_view etag;  // weak, because both bodies share it
  bool immutable;         // its name contains a hash of its content
  std::string_view body;
  std::string_view gzip;  // compressed body; empty if it is not smaller
};

[[nodiscard]] std::span<const Asset> assets();

}  // namespace genre::server
