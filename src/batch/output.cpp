#include "batch/output.h"

#include <utility>

#include "batch/formats.h"
#include "batch/text_file.h"

namespace genre {
namespace {

class TableOutput : public Output {
 public:
  explicit TableOutput(TextFile text) : text_(std::move(text)) {}

  bool has(std::string_view) const override { return false; }
  Result<void> write(const Record& record) override { return text_.write(record.text); }
  Result<void> finish() override { return {}; }

 private:
  TextFile text_;
};

}  // namespace

Result<std::unique_ptr<Output>> open_output(const OutputOptions& options) {
  switch (options.format) {
    case OutputFormat::kTable:
      return TextFile::open(options.path, 0).map([](TextFile&& text) -> std::unique_ptr<Output> {
        return std::make_unique<TableOutput>(std::move(text));
      });
    case OutputFormat::kJsonl:
      return open_jsonl(options);
    case OutputFormat::kCsv:
      return open_csv(options);
    case OutputFormat::kSqlite:
      return open_sqlite(options);
  }
  return {};
}

}  // namespace genre
