// What the text formats share: records are appended to a file, and replace what an earlier run left
// there only once there is something to write.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/text_file.h"
#include "batch/output.h"

namespace genre::batch {

class TextOutput : public Output {
 public:
  // header: written before the first record, unless the file keeps content.
  explicit TextOutput(base::TextFile file, std::string header = "")
      : file_(std::move(file)), pending_(std::move(header)) {}

  [[nodiscard]] Result<void> write(const Record& record) final;
  [[nodiscard]] Result<void> finish() final;
  [[nodiscard]] bool left_old() const final { return !begun_ && file_.replaces(); }

 private:
  // A record as it stands in the file; empty if this format has nothing for it.
  [[nodiscard]] virtual std::string text_of(const Record& record) const = 0;
  [[nodiscard]] Result<void> flush();

  base::TextFile file_;
  std::string pending_;  // to write first: the header, and records that replace nothing yet
  bool begun_ = false;
};

// Where no complete record of an earlier run is in a file: whether it may be one that was cut off,
// since it begins as such a file does. Error: kBadTable.
[[nodiscard]] Result<void> check_unfinished(const std::string& path, std::string_view beginning);

}  // namespace genre::batch
