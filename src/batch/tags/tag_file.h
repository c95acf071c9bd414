// A file's tags, opened with the TagLib class of the file's format.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "batch/tags/layout.h"
#include "genre/result.h"

namespace genre::batch {

class TagFile {
 public:
  enum class Mode { kRead, kWrite };

  // path, file and layout belong to the same file; TagLib opens the path. Errors: kUnsupported if
  // writing would lose other fields of the tags; kUnreadableFile.
  [[nodiscard]] static Result<TagFile> open(const std::string& path, const AudioFile& file,
                                            const Layout& layout, Mode mode);
  TagFile(TagFile&&) noexcept;
  ~TagFile();

  // The genres in all tags, without duplicates (ignoring case). ID3 numbers become names.
  [[nodiscard]] std::vector<std::string> genres() const;

  // Whether every tag has this genre and no other: then there is nothing to write.
  [[nodiscard]] bool has_only(const std::string& genre) const;

  // All fields but the genre, sorted, for comparison with those of another file.
  [[nodiscard]] std::vector<std::string> other_fields() const;

  // Writes the genre to every tag. TagLib does not report all errors: read the file again to be
  // sure. Error: kUnreadableFile.
  [[nodiscard]] Result<void> save(const std::string& genre);

 private:
  struct Impl;
  explicit TagFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::batch
