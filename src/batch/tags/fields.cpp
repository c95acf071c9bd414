#include "batch/tags/fields.h"

#include <attachedpictureframe.h>
#include <fmt/format.h>
#include <id3v1genres.h>
#include <id3v2header.h>
#include <textidentificationframe.h>
#include <tpropertymap.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "batch/tags/layout.h"

namespace genre::batch {
namespace {

constexpr std::string_view kInfoGenre = "IGNR";

using Strings = std::vector<std::string>;

bool is_utf8(const std::string& text) { return to_utf8(from_utf8(text)) == text; }

void add_genre(Strings& genres, const std::string& genre) {
  const std::string_view trimmed = base::trim(genre);
  if (!trimmed.empty()) genres.emplace_back(trimmed);
}

// ID3v2 may have a number or one of two codes in place of a name.
// https://id3.org/id3v2.4.0-frames
std::string id3v2_genre(const TagLib::String& text) {
  if (text == "RX") return "Remix";
  if (text == "CR") return "Cover";
  bool is_number = false;
  const int number = text.toInt(&is_number);
  const TagLib::String name = is_number ? TagLib::ID3v1::genre(number) : TagLib::String();
  return to_utf8(name.isEmpty() ? text : name);
}

std::string name_of_comment(const std::string& entry) {
  return base::to_lower(entry.substr(0, entry.find('=')));
}

// TagLib drops these frames when it writes version 2.3, because they are new in 2.4.
constexpr std::array kNewerFrames = {"ASPI", "EQU2", "RVA2", "SEEK", "SIGN",
                                     "TDRL", "TDTG", "TMOO", "TPRO", "TSST"};
// It drops these frames in every version.
constexpr std::array kDroppedFrames = {"EQUA", "RVAD", "TRDA", "TSIZ", "CRM", "EQU",
                                       "LNK",  "RVA",  "TIM",  "TSI",  "TDA"};

Strings other_properties(const TagLib::PropertyMap& properties) {
  Strings fields;
  for (const auto& [key, values] : properties) {
    if (key != "GENRE") fields.push_back(to_utf8(key + "=" + values.toString("\x1F")));
  }
  for (const auto& name : properties.unsupportedData()) fields.push_back(to_utf8(name));
  return fields;
}

std::string to_text(const TagLib::ByteVector& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

// TagLib's own genreIndex() is case-sensitive.
int id3v1_number(const std::string& genre) {
  for (const auto& [name, number] : TagLib::ID3v1::genreMap()) {
    if (base::to_lower(to_utf8(name)) == base::to_lower(genre)) return number;
  }
  return kNoId3v1Genre;
}

Strings genres_of(const TagLib::ID3v2::Tag& tag) {
  Strings genres;
  for (const auto* frame : tag.frameList("TCON")) {
    const auto* text = dynamic_cast<const TagLib::ID3v2::TextIdentificationFrame*>(frame);
    if (text == nullptr) continue;
    for (const auto& field : text->fieldList()) add_genre(genres, id3v2_genre(field));
  }
  return genres;
}

Strings genres_of(const TagLib::APE::Tag& tag) {
  Strings genres;
  const auto item = tag.itemListMap().find("GENRE");
  if (item == tag.itemListMap().end()) return genres;
  for (const auto& value : item->second.values()) add_genre(genres, to_utf8(value));
  return genres;
}

// INFO has no mark of its encoding: new programs write UTF-8, old ones their system's code page.
Strings genres_of(const std::vector<InfoField>& fields) {
  Strings genres;
  for (const auto& [id, value] : fields) {
    if (id != kInfoGenre) continue;
    const std::string text = value.substr(0, value.find('\0'));
    add_genre(genres, is_utf8(text) ? text : to_utf8({text, TagLib::String::Latin1}));
  }
  return genres;
}

Strings genres_of_comments(const Strings& entries) {
  Strings genres;
  for (const auto& entry : entries) {
    if (name_of_comment(entry) == "genre") add_genre(genres, entry.substr(entry.find('=') + 1));
  }
  return genres;
}

void set_genre(std::vector<InfoField>& info, const std::string& genre) {
  std::erase_if(info, [](const InfoField& field) { return field.id == kInfoGenre; });
  info.push_back({std::string(kInfoGenre), genre + '\0'});
}

Strings other_fields_of(const TagLib::ID3v2::Tag& tag) {
  Strings fields = other_properties(tag.properties());
  for (const auto* frame : tag.frameList()) {
    const auto* picture = dynamic_cast<const TagLib::ID3v2::AttachedPictureFrame*>(frame);
    if (picture != nullptr) fields.push_back("picture=" + to_text(picture->picture()));
  }
  return fields;
}

Strings other_fields_of(const TagLib::ID3v1::Tag& tag) {
  return other_properties(tag.properties());
}

Strings other_fields_of(const TagLib::APE::Tag& tag) {
  Strings fields;
  for (const auto& [key, item] : tag.itemListMap()) {
    if (key != "GENRE") fields.push_back(to_text(item.render()));
  }
  return fields;
}

Strings other_fields_of(const std::vector<InfoField>& info) {
  Strings fields;
  for (const auto& [id, value] : info) {
    if (id != kInfoGenre) fields.push_back(fmt::format("{}={}", id, value));
  }
  return fields;
}

Strings other_comments(const Strings& entries) {
  Strings fields;
  for (const auto& entry : entries) {
    const std::string name = name_of_comment(entry);
    if (name != "genre") fields.push_back(name + entry.substr(name.size()));
  }
  return fields;
}

// TagLib cannot write version 2.2.
TagLib::ID3v2::Version version_to_write(const TagLib::ID3v2::Tag& tag) {
  const bool newer = std::ranges::any_of(
      kNewerFrames, [&](const char* name) { return !tag.frameList(name).isEmpty(); });
  return tag.header()->majorVersion() < 4 && !newer ? TagLib::ID3v2::v3 : TagLib::ID3v2::v4;
}

// TagLib stops reading at a frame that it does not understand, and writes only what it read.
Result<void> check_id3v2(const TagLib::ID3v2::Tag& tag, base::Bytes raw) {
  const auto frames = id3v2_frames(raw);
  if (!frames || frames->size() != tag.frameList().size()) {
    return untaggable("its ID3v2 tag is damaged, or of a kind that is not supported");
  }
  for (const char* name : kDroppedFrames) {
    if (!tag.frameList(name).isEmpty()) {
      return untaggable("its ID3v2 tag has a {} frame, which would be lost", name);
    }
  }
  return {};
}

// TagLib drops entries without a name, and text that is not UTF-8.
Result<void> check_comments(const Strings& entries) {
  for (const auto& entry : entries) {
    if (entry.find('=') == std::string::npos || entry.starts_with('=') || !is_utf8(entry)) {
      return untaggable("its Vorbis comment has an entry that is not NAME=value in UTF-8");
    }
  }
  return {};
}

}  // namespace genre::batch
