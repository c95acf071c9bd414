#include "batch/output.h"

#include <utility>

#include "base/text_file.h"
#include "batch/formats.h"

namespace genre::batch {
namespace {

class TableOutput : public Output {
 public:
  explicit TableOutput(base::TextFile text) : text_(std::move(text)) {}

  bool has(std::string_view) const override { return false; }
  Result<void> write(const Record& record) override { return text_.write(record.text); }
  Result<void> finish() override { return {}; }

 private:
  base::TextFile text_;
};

}  // namespace

Result<std::unique_ptr<Output>> open_output(const OutputOptions& options) {
  switch (options.format) {
    case OutputFormat::kTable:
      return base::TextFile::open(options.path, 0)
          .map([](base::TextFile&& text) -> std::unique_ptr<Output> {
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

}  // namespace genre::batch
