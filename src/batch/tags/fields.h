// What the fields of each kind of tag say: the genre, and all else.
#pragma once

#include <apetag.h>
#include <id3v1tag.h>
#include <id3v2tag.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "batch/tags/raw_tags.h"
#include "genre/result.h"

namespace genre::batch {

[[nodiscard]] inline std::string to_utf8(const TagLib::String& text) { return text.to8Bit(true); }
[[nodiscard]] inline TagLib::String from_utf8(const std::string& text) {
  return {text, TagLib::String::UTF8};
}

// The genres of a tag, without spaces around them; those without a name are left out.
[[nodiscard]] std::vector<std::string> genres_of(const TagLib::ID3v2::Tag& tag);
[[nodiscard]] std::vector<std::string> genres_of(const TagLib::APE::Tag& tag);
[[nodiscard]] std::vector<std::string> genres_of(const std::vector<InfoField>& info);
[[nodiscard]] std::vector<std::string> genres_of_comments(const std::vector<std::string>& entries);

// The number of a genre in ID3v1, whatever its case, or kNoId3v1Genre.
inline constexpr int kNoId3v1Genre = 255;
[[nodiscard]] int id3v1_number(const std::string& genre);

// In place of all that there are.
void set_genre(std::vector<InfoField>& info, const std::string& genre);

// All fields but the genre, as texts that are the same where the fields are.
[[nodiscard]] std::vector<std::string> other_fields_of(const TagLib::ID3v2::Tag& tag);
[[nodiscard]] std::vector<std::string> other_fields_of(const TagLib::ID3v1::Tag& tag);
[[nodiscard]] std::vector<std::string> other_fields_of(const TagLib::APE::Tag& tag);
[[nodiscard]] std::vector<std::string> other_fields_of(const std::vector<InfoField>& info);
[[nodiscard]] std::vector<std::string> other_comments(const std::vector<std::string>& entries);

// The version to write a tag in: 2.4 for a new one, else its own, as far as TagLib can.
[[nodiscard]] TagLib::ID3v2::Version version_to_write(const TagLib::ID3v2::Tag& tag);

// Whether TagLib, which has read the tag from these bytes, would write all of its frames. Error:
// kUnsupported.
[[nodiscard]] Result<void> check_id3v2(const TagLib::ID3v2::Tag& tag, base::Bytes raw);

// The same of the entries of a Vorbis comment.
[[nodiscard]] Result<void> check_comments(const std::vector<std::string>& entries);

}  // namespace genre::batch
