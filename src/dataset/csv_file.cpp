#include "dataset/csv_file.h"

#include <fmt/format.h>

#include <filesystem>

namespace genre::dataset {

Result<CsvFile> CsvFile::open(const std::string& path) {
  CsvFile csv;
  csv.name_ = std::filesystem::path(path).filename().string();
  csv.file_.open(path);
  std::error_code ignored;
  if (!csv.file_ || std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be read", path));
  }
  std::string line;
  if (!base::read_line(csv.file_, line)) return csv.error("the file is empty");
  auto header = base::split_line(line);
  if (!header) return csv.error("the header has an unclosed quote");
  csv.header_ = std::move(*header);
  for (std::size_t i = 0; i < csv.header_.size(); ++i) csv.position_.emplace(csv.header_[i], i);
  return csv;
}

std::optional<std::size_t> CsvFile::find(const std::string& column) const {
  const auto found = position_.find(column);
  return found == position_.end() ? std::nullopt : std::optional(found->second);
}

Result<bool> CsvFile::next() {
  std::string line;
  do {
    if (!base::read_line(file_, line)) return false;
    ++line_number_;
  } while (line.empty());
  auto fields = base::split_line(line);
  if (!fields || fields->size() != header_.size()) {
    return error(fmt::format("line {} has {} fields; the header has {}", line_number_,
                             fields ? fields->size() : 0, header_.size()));
  }
  fields_ = std::move(*fields);
  return true;
}

std::string CsvFile::field(const std::string& column) const {
  const auto found = position_.find(column);
  return found == position_.end() ? std::string() : fields_[found->second];
}

tl::unexpected<Error> CsvFile::error(const std::string& why) const {
  return fail(ErrorCode::kBadTable, fmt::format("{}: {}", name_, why));
}

}  // namespace genre::dataset
