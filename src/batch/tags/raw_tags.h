// Tags as the lists of fields that they are, read without TagLib: to see that it keeps all fields,
// and to change the tag that it would damage.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace genre::batch {

// The names of an ID3v2 tag's frames, in order: of versions 2.2, 2.3 and 2.4. Nothing where the tag
// is damaged, or has features that hardly any program writes. https://id3.org
[[nodiscard]] std::optional<std::vector<std::string>> id3v2_frames(base::Bytes tag);

// The entries NAME=value of a Vorbis comment. https://www.xiph.org/vorbis/doc/v-comment.html
[[nodiscard]] std::optional<std::vector<std::string>> vorbis_comments(base::Bytes comment);

// The fields of a LIST INFO chunk, whose content starts with "INFO". Their values are in whatever
// encoding the writer had, most of them end with a null byte.
struct InfoField {
  std::string id, value;
};
[[nodiscard]] std::optional<std::vector<InfoField>> info_fields(base::Bytes list);
[[nodiscard]] std::string to_info_list(const std::vector<InfoField>& fields);

}  // namespace genre::batch
