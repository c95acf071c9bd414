// The base class of the text formats. Records are appended to a file; they replace the content of
// an earlier run only once there is something to write.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/text_file.h"
#include "batch/output.h"

namespace genre::batch {

class TextOutput : public Output {
 public:
  // header: written before the first record; leave it empty if the file keeps its content.
  explicit TextOutput(base::TextFile file, std::string header = "")
      : file_(std::move(file)), pending_(std::move(header)) {}

  [[nodiscard]] Result<void> write(const Record& record) final;
  [[nodiscard]] Result<void> finish() final;
  [[nodiscard]] bool left_old() const final { return !begun_ && file_.replaces(); }

 private:
  // The text of a record in the file; empty if this format has none.
  [[nodiscard]] virtual std::string text_of(const Record& record) const = 0;
  [[nodiscard]] Result<void> flush();

  base::TextFile file_;
  std::string pending_;  // to be written first: the header, and records that were held back
  bool begun_ = false;
};

// For a file without a complete record: checks that it starts like the output of an earlier run,
// which was killed early. Error: kBadTable.
[[nodiscard]] Result<void> check_unfinished(const std::string& path, std::string_view beginning);

}  // namespace genre::batch
