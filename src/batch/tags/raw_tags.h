// Tags read as lists of fields without TagLib: to check that TagLib keeps all fields, and to write
// INFO, which TagLib would damage.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace genre::batch {

// The frame names of an ID3v2 tag, version 2.2, 2.3 or 2.4, in order. Nothing if the tag is
// damaged, or has features that few programs write (extended headers, encryption). https://id3.org
[[nodiscard]] std::optional<std::vector<std::string>> id3v2_frames(base::Bytes tag);

// The entries NAME=value of a Vorbis comment. https://www.xiph.org/vorbis/doc/v-comment.html
[[nodiscard]] std::optional<std::vector<std::string>> vorbis_comments(base::Bytes comment);

// The fields of a LIST INFO chunk, whose content starts with "INFO". The encoding of the values is
// not known. Most values end with a null byte.
struct InfoField {
  std::string id, value;
};
[[nodiscard]] std::optional<std::vector<InfoField>> info_fields(base::Bytes list);
[[nodiscard]] std::string to_info_list(const std::vector<InfoField>& fields);

}  // namespace genre::batch
