// A file's tags, opened with TagLib as what the file is.
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

  // path: for TagLib; file and layout: of the same file. Error: kUnsupported where writing would
  // lose other fields of the tags; kUnreadableFile.
  [[nodiscard]] static Result<TagFile> open(const std::string& path, const AudioFile& file,
                                            const Layout& layout, Mode mode);
  TagFile(TagFile&&) noexcept;
  ~TagFile();

  // Those of all tags, each once whatever its case. Numbers of ID3 are given as their names.
  [[nodiscard]] std::vector<std::string> genres() const;

  // Whether every tag has this genre and no other: then there is nothing to write.
  [[nodiscard]] bool has_only(const std::string& genre) const;

  // What the tags have besides the genre, sorted: to compare with those of another file.
  [[nodiscard]] std::vector<std::string> other_fields() const;

  // Writes the genre to every tag. Whether that went well shows only when the file is read again,
  // for TagLib does not tell of all errors. Error: kUnreadableFile.
  [[nodiscard]] Result<void> save(const std::string& genre);

 private:
  struct Impl;
  explicit TagFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::batch
