#include "batch/tags/tag_file.h"

#include <aifffile.h>
#include <apetag.h>
#include <flacfile.h>
#include <id3v1tag.h>
#include <id3v2framefactory.h>
#include <id3v2tag.h>
#include <mpegfile.h>
#include <opusfile.h>
#include <tfilestream.h>
#include <vorbisfile.h>
#include <wavfile.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "batch/tags/fields.h"

namespace genre::batch {
namespace {

using Strings = std::vector<std::string>;

// TagLib's own INFO reader turns text that is not UTF-8 into empty text, and would write that.
class WavFile : public TagLib::RIFF::WAV::File {
 public:
  using File::File;

  void set_info(const std::string& list) {
    for (unsigned i = 0; i < chunkCount(); ++i) {
      if (chunkName(i) == "LIST" && chunkData(i).startsWith("INFO")) {
        return setChunkData(i, {list.data(), static_cast<unsigned>(list.size())});
      }
    }
  }
};

}  // namespace

struct TagFile::Impl {
  Impl(const std::string& path, TagContainer what, Mode mode)
      : container(what), stream(path.c_str(), mode == Mode::kRead) {}

  TagContainer container;
  TagLib::FileStream stream;
  std::unique_ptr<TagLib::File> file;
  // The tags to write the genre to; file owns them.
  TagLib::ID3v2::Tag* id3v2 = nullptr;
  TagLib::ID3v1::Tag* id3v1 = nullptr;
  TagLib::APE::Tag* ape = nullptr;
  TagLib::Ogg::XiphComment* comment = nullptr;
  Strings comments;                            // the entries of comment
  std::optional<std::vector<InfoField>> info;  // read without TagLib

  template <typename File>
  File& as() {
    return static_cast<File&>(*file);
  }

  template <typename File>
  void open_ogg() {
    file = std::make_unique<File>(&stream, false);
    comment = as<File>().tag();
  }

  void open_mpeg() {
    file = std::make_unique<TagLib::MPEG::File>(&stream, TagLib::ID3v2::FrameFactory::instance(),
                                                false);
    auto& mpeg = as<TagLib::MPEG::File>();
    if (mpeg.hasID3v1Tag()) id3v1 = mpeg.ID3v1Tag();
    if (mpeg.hasAPETag()) ape = mpeg.APETag();
    if (mpeg.hasID3v2Tag() || (id3v1 == nullptr && ape == nullptr)) id3v2 = mpeg.ID3v2Tag(true);
  }

  void open_flac() {
    file = std::make_unique<TagLib::FLAC::File>(&stream, TagLib::ID3v2::FrameFactory::instance(),
                                                false);
    auto& flac = as<TagLib::FLAC::File>();
    comment = flac.xiphComment(true);
    if (flac.hasID3v1Tag()) id3v1 = flac.ID3v1Tag();
  }

  void open(bool has_id3v2) {
    switch (container) {
      case TagContainer::kWav:
        file = std::make_unique<WavFile>(&stream, false);
        if (has_id3v2 || !info) id3v2 = as<WavFile>().ID3v2Tag();
        break;
      case TagContainer::kAiff:
        file = std::make_unique<TagLib::RIFF::AIFF::File>(&stream, false);
        id3v2 = as<TagLib::RIFF::AIFF::File>().tag();
        break;
      case TagContainer::kMpeg:
        return open_mpeg();
      case TagContainer::kFlac:
        return open_flac();
      case TagContainer::kOggVorbis:
        return open_ogg<TagLib::Vorbis::File>();
      case TagContainer::kOpus:
        return open_ogg<TagLib::Ogg::Opus::File>();
    }
  }

  bool save() {
    switch (container) {
      case TagContainer::kWav:
        if (info) as<WavFile>().set_info(to_info_list(*info));
        return id3v2 == nullptr ||
               as<WavFile>().save(WavFile::ID3v2, WavFile::StripNone, version_to_write(*id3v2));
      case TagContainer::kAiff:
        return as<TagLib::RIFF::AIFF::File>().save(version_to_write(*id3v2));
      case TagContainer::kMpeg: {
        using File = TagLib::MPEG::File;
        const int tags = (id3v2 != nullptr ? File::ID3v2 : 0) | (ape != nullptr ? File::APE : 0) |
                         (id3v1 != nullptr ? File::ID3v1 : 0);
        const auto version = id3v2 != nullptr ? version_to_write(*id3v2) : TagLib::ID3v2::v4;
        return as<File>().save(tags, File::StripNone, version, File::DoNotDuplicate);
      }
      case TagContainer::kFlac:
      case TagContainer::kOggVorbis:
      case TagContainer::kOpus:
        return file->save();
    }
    return false;
  }
};

TagFile::TagFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TagFile::TagFile(TagFile&&) noexcept = default;
TagFile::~TagFile() = default;

Result<TagFile> TagFile::open(const std::string& path, const AudioFile& file, const Layout& layout,
                              Mode mode) {
  auto impl = std::make_unique<Impl>(path, layout.container, mode);
  if (!impl->stream.isOpen()) {
    return fail(ErrorCode::kUnreadableFile, "the tags cannot be read: the file cannot be opened");
  }
  if (!layout.info.empty()) {
    impl->info = info_fields(bytes_of(file, layout.info));
    if (!impl->info) return untaggable("its INFO chunk is damaged");
  }
  impl->open(!layout.id3v2.empty());
  if (!impl->file->isValid()) return untaggable("its tags are damaged");

  if (!layout.id3v2.empty() && impl->id3v2 != nullptr) {
    if (auto checked = check_id3v2(*impl->id3v2, bytes_of(file, layout.id3v2)); !checked) {
      return tl::make_unexpected(std::move(checked.error()));
    }
  }
  if (!layout.comment.empty()) {
    auto entries = vorbis_comments(bytes_of(file, layout.comment));
    if (!entries || impl->comment == nullptr) return untaggable("its Vorbis comment is damaged");
    if (auto checked = check_comments(*entries); !checked) {
      return tl::make_unexpected(std::move(checked.error()));
    }
    impl->comments = std::move(*entries);
  }
  return TagFile(std::move(impl));
}

std::vector<std::string> TagFile::genres() const {
  Strings all;
  const auto add = [&](const Strings& genres) {
    for (const auto& genre : genres) {
      const bool known = std::ranges::any_of(
          all, [&](const auto& other) { return base::to_lower(other) == base::to_lower(genre); });
      if (!known) all.push_back(genre);
    }
  };
  if (impl_->id3v2 != nullptr) add(genres_of(*impl_->id3v2));
  if (impl_->ape != nullptr) add(genres_of(*impl_->ape));
  add(genres_of_comments(impl_->comments));
  if (impl_->info) add(genres_of(*impl_->info));
  if (impl_->id3v1 != nullptr && !impl_->id3v1->genre().isEmpty()) {
    add({to_utf8(impl_->id3v1->genre())});
  }
  return all;
}

bool TagFile::has_only(const std::string& genre) const {
  const Strings wanted = {genre};
  if (impl_->id3v2 != nullptr && genres_of(*impl_->id3v2) != wanted) return false;
  if (impl_->ape != nullptr && genres_of(*impl_->ape) != wanted) return false;
  if (impl_->comment != nullptr && genres_of_comments(impl_->comments) != wanted) return false;
  if (impl_->info && genres_of(*impl_->info) != wanted) return false;
  if (impl_->id3v1 == nullptr) return true;
  const int number = id3v1_number(genre);
  const bool alone = impl_->id3v2 == nullptr && impl_->ape == nullptr && impl_->comment == nullptr;
  return static_cast<int>(impl_->id3v1->genreNumber()) == number &&
         !(alone && number == kNoId3v1Genre);
}

std::vector<std::string> TagFile::other_fields() const {
  Strings fields;
  const auto add = [&](const std::string& tag, const Strings& its_fields) {
    for (const auto& field : its_fields) fields.push_back(tag + field);
  };
  if (impl_->id3v2 != nullptr) add("ID3v2 ", other_fields_of(*impl_->id3v2));
  if (impl_->ape != nullptr) add("APE ", other_fields_of(*impl_->ape));
  if (impl_->id3v1 != nullptr) add("ID3v1 ", other_fields_of(*impl_->id3v1));
  add("Vorbis ", other_comments(impl_->comments));
  if (impl_->info) add("INFO ", other_fields_of(*impl_->info));
  std::ranges::sort(fields);
  return fields;
}

Result<void> TagFile::save(const std::string& genre) {
  Impl& impl = *impl_;
  const TagLib::String text = from_utf8(genre);
  const int number = id3v1_number(genre);
  if (impl.id3v1 != nullptr) {
    if (impl.container == TagContainer::kMpeg && impl.id3v2 == nullptr && impl.ape == nullptr &&
        number == kNoId3v1Genre) {
      // Copies all fields: players that find an ID3v2 tag ignore ID3v1.
      impl.id3v2 = impl.as<TagLib::MPEG::File>().ID3v2Tag(true);
      TagLib::Tag::duplicate(impl.id3v1, impl.id3v2);
    }
    impl.id3v1->setGenreNumber(static_cast<unsigned>(number));
  }
  if (impl.id3v2 != nullptr) {
    impl.id3v2->removeFrames("TCON");  // setGenre changes the first one only
    impl.id3v2->setGenre(text);
  }
  if (impl.ape != nullptr) impl.ape->setGenre(text);
  if (impl.comment != nullptr) impl.comment->setGenre(text);
  if (impl.info) {
    set_genre(*impl.info, genre);
  }
  if (!impl.save()) {
    return fail(ErrorCode::kUnreadableFile, "the tags cannot be written: the disk may be full");
  }
  return {};
}

}  // namespace genre::batch
