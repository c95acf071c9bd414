// The fields of each kind of tag: the genre, and all others.
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

// The genres of a tag, without spaces at both ends. Empty ones are left out.
[[nodiscard]] std::vector<std::string> genres_of(const TagLib::ID3v2::Tag& tag);
[[nodiscard]] std::vector<std::string> genres_of(const TagLib::APE::Tag& tag);
[[nodiscard]] std::vector<std::string> genres_of(const std::vector<InfoField>& info);
[[nodiscard]] std::vector<std::string> genres_of_comments(const std::vector<std::string>& entries);

// The ID3v1 number of a genre (ignoring case), or kNoId3v1Genre.
inline constexpr int kNoId3v1Genre = 255;
[[nodiscard]] int id3v1_number(const std::string& genre);

// Replaces all genres.
void set_genre(std::vector<InfoField>& info, const std::string& genre);

// All fields but the genre, as text for comparison.
[[nodiscard]] std::vector<std::string> other_fields_of(const TagLib::ID3v2::Tag& tag);
[[nodiscard]] std::vector<std::string> other_fields_of(const TagLib::ID3v1::Tag& tag);
[[nodiscard]] std::vector<std::string> other_fields_of(const TagLib::APE::Tag& tag);
[[nodiscard]] std::vector<std::string> other_fields_of(const std::vector<InfoField>& info);
[[nodiscard]] std::vector<std::string> other_comments(const std::vector<std::string>& entries);

// The version to write: 2.4 for a new tag, otherwise the tag's own version if TagLib can write it.
[[nodiscard]] TagLib::ID3v2::Version version_to_write(const TagLib::ID3v2::Tag& tag);

// Checks that TagLib, which has read the tag from these bytes, would write all frames. Error:
// kUnsupported.
[[nodiscard]] Result<void> check_id3v2(const TagLib::ID3v2::Tag& tag, base::Bytes raw);

// The same for the entries of a Vorbis comment.
[[nodiscard]] Result<void> check_comments(const std::vector<std::string>& entries);

}  // namespace genre::batch
