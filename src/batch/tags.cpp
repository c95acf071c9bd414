#include "batch/tags.h"

#include <fileref.h>
#include <fmt/format.h>
#include <tag.h>

#include <filesystem>
#include <system_error>

namespace genre::batch {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> no_tags() {
  return fail(ErrorCode::kUnsupported, "there are no tags in files of this format");
}

tl::unexpected<Error> unwritable(const std::string& why) {
  return fail(ErrorCode::kUnreadableFile, "the tags cannot be written: " + why);
}

}  // namespace

Result<std::string> read_genre_tag(const std::string& path) {
  const TagLib::FileRef file(path.c_str(), false);
  if (file.isNull() || file.tag() == nullptr) return no_tags();
  return file.tag()->genre().to8Bit(true);
}

Result<void> write_genre_tag(const std::string& path, const std::string& genre) {
  std::error_code error;
  const fs::path original = fs::canonical(path, error);  // what a symbolic link leads to
  if (error) return unwritable(error.message());
  // TagLib goes by the extension, so that comes last.
  const fs::path copy =
      original.parent_path() /
      fmt::format(".{}.tagged{}", original.stem().string(), original.extension().string());
  fs::copy_file(original, copy, fs::copy_options::overwrite_existing, error);
  if (error) return unwritable(error.message());

  const auto tag = [&]() -> Result<void> {
    TagLib::FileRef file(copy.c_str(), false);
    if (file.isNull() || file.tag() == nullptr) return no_tags();
    file.tag()->setGenre(TagLib::String(genre, TagLib::String::UTF8));
    if (!file.save()) return unwritable("the disk may be full");
    return {};
  };
  auto tagged = tag();
  if (tagged) {
    fs::rename(copy, original, error);
    if (error) tagged = unwritable(error.message());
  }
  if (!tagged) fs::remove(copy, error);
  return tagged;
}

}  // namespace genre::batch
