#include <fmt/format.h>

#include <fstream>

#include "base/csv.h"
#include "base/text_file.h"
#include "batch/formats.h"
#include "batch/hashes.h"
#include "batch/text_output.h"

namespace genre::batch {
namespace {

// Quotes a field as in RFC 4180.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted(1, '"');
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  quoted += '"';
  return quoted;
}

struct Cell {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(float value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(const std::string& value) const { return field(value); }
};

std::string line_of(const std::vector<std::string>& cells) {
  return fmt::format("{}\n", fmt::join(cells, ","));
}

std::string header_of(const OutputOptions& options) {
  std::vector<std::string> cells;
  for (const std::string& column : options.columns) cells.push_back(field(column));
  return line_of(cells);
}

// Reads the next record, whose fields may contain line breaks. False at the end of the file, and
// for a truncated record: it belongs to a run that was killed.
bool read_record(std::ifstream& file, std::string& record, base::Fields& fields) {
  record.clear();
  for (std::string line; std::getline(file, line) && !file.eof();) {
    record += line + "\n";
    if (auto complete = base::split_line(std::string_view(record).substr(0, record.size() - 1))) {
      fields = std::move(*complete);
      return true;
    }
  }
  return false;
}

class CsvOutput : public TextOutput {
 public:
  static Result<std::unique_ptr<Output>> open(const OutputOptions& options) {
    const std::string header = header_of(options);
    Hashes done;
    std::uintmax_t keep = 0;
    std::ifstream file;
    if (options.resume) file.open(options.path, std::ios::binary);
    std::string record, last;
    base::Fields fields;
    if (read_record(file, record, fields)) {
      if (record != header) {
        return fail(ErrorCode::kBadTable,
                    fmt::format("{}: the file cannot be resumed: its columns differ from those of "
                                "this run",
                                options.path));
      }
      keep = record.size();
      // The last file may lack some of its rows, so it is processed again.
      for (std::uintmax_t at = keep; read_record(file, record, fields); at += record.size()) {
        if (fields.front() == last) continue;
        if (at > keep) done.add(last);
        keep = at;
        last = fields.front();
      }
    } else if (options.resume) {
      if (auto checked = check_unfinished(options.path, header); !checked) {
        return tl::make_unexpected(checked.error());
      }
    }
    done.sort();
    auto text = base::TextFile::open(options.path, keep);
    if (!text) return tl::make_unexpected(text.error());
    return std::unique_ptr<Output>(
        new CsvOutput(std::move(*text), keep == 0 ? header : "", std::move(done)));
  }

  bool has(std::string_view file) const override { return done_.has(file); }

 private:
  CsvOutput(base::TextFile text, std::string header, Hashes done)
      : TextOutput(std::move(text), std::move(header)), done_(std::move(done)) {}

  std::string text_of(const Record& record) const override {
    std::string lines;
    for (const auto& row : record.rows) {
      std::vector<std::string> cells;
      for (const Value& value : row) cells.push_back(std::visit(Cell(), value));
      lines += line_of(cells);
    }
    return lines;
  }

  Hashes done_;
};

}  // namespace

Result<std::unique_ptr<Output>> open_csv(const OutputOptions& options) {
  return CsvOutput::open(options);
}

}  // namespace genre::batch
