#include "batch/output.h"

#include <string>

#include "base/text_file.h"
#include "batch/formats.h"
#include "batch/text_output.h"

namespace genre::batch {
namespace {

class TableOutput : public TextOutput {
 public:
  using TextOutput::TextOutput;
  bool has(std::string_view) const override { return false; }

 private:
  std::string text_of(const Record& record) const override { return record.text; }
};

}  // namespace

Result<std::unique_ptr<Output>> open_output(const OutputOptions& options) {
  switch (options.format) {
    case OutputFormat::kTable:
    case OutputFormat::kNpy:  // arrays one after the other, as numpy.save writes to an open file
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
