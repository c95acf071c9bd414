#include "batch/text_output.h"

#include <fmt/format.h>

#include <fstream>

namespace genre::batch {

Result<void> TextOutput::write(const Record& record) {
  const std::string text = text_of(record);
  if (text.empty()) return {};
  pending_ += text;
  if (record.unread && left_old()) return {};
  return flush();
}

Result<void> TextOutput::finish() {
  if (begun_ || left_old() || pending_.empty()) return {};
  return flush();  // without any record, a new file still gets its header
}

Result<void> TextOutput::flush() {
  begun_ = true;
  auto written = file_.write(pending_);
  pending_.clear();
  return written;
}

Result<void> check_unfinished(const std::string& path, std::string_view beginning) {
  std::ifstream file(path, std::ios::binary);
  std::string start(beginning.size(), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  if (beginning.starts_with(start)) return {};
  return fail(
      ErrorCode::kBadTable,
      fmt::format("{}: the file cannot be resumed: it is not the output of an earlier run", path));
}

}  // namespace genre::batch
