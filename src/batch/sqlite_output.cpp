#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>

#include "batch/formats.h"

namespace genre::batch {
namespace {

using Clock = std::chrono::steady_clock;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

std::string quoted(const std::string& name) {
  std::string result(1, '"');
  for (const char c : name) result.append(c == '"' ? 2 : 1, c);
  result += '"';
  return result;
}

std::string columns_of(const OutputOptions& options, std::size_t n) {
  std::string list;
  for (std::size_t i = 0; i < n; ++i) list += (i == 0 ? "" : ", ") + quoted(options.columns[i]);
  return list;
}

class SqliteOutput : public Output {
 public:
  static Result<std::unique_ptr<Output>> open(const OutputOptions& options) {
    std::error_code ignored;
    if (!options.resume) std::filesystem::remove(options.path, ignored);
    sqlite3* opened = nullptr;
    const int status = sqlite3_open(options.path.c_str(), &opened);
    std::unique_ptr<SqliteOutput> output(new SqliteOutput(options.path, Database(opened)));
    if (status != SQLITE_OK) return output->failed(ErrorCode::kUnreadableFile);

    const std::string table = quoted(options.table);
    const std::size_t n = options.columns.size();
    std::string places = "?";
    for (std::size_t i = 1; i < n; ++i) places += ", ?";
    const auto made = output->execute(
        fmt::format("CREATE TABLE IF NOT EXISTS {} ({}, PRIMARY KEY ({})) WITHOUT ROWID", table,
                    columns_of(options, n), columns_of(options, options.n_key)));
    if (!made) return tl::make_unexpected(made.error());
    // Whatever is wrong here, a table that is already there has other columns.
    output->insert_ = output->prepare(fmt::format("INSERT OR REPLACE INTO {} ({}) VALUES ({})",
                                                  table, columns_of(options, n), places));
    output->find_ = output->prepare(fmt::format("SELECT 1 FROM {} WHERE file = ?", table));
    if (!output->insert_ || !output->find_) return output->failed(ErrorCode::kBadTable);
    return output;
  }

  ~SqliteOutput() override { static_cast<void>(finish()); }

  bool has(std::string_view file) const override {
    sqlite3_reset(find_.get());
    sqlite3_bind_text(find_.get(), 1, file.data(), static_cast<int>(file.size()), SQLITE_STATIC);
    return sqlite3_step(find_.get()) == SQLITE_ROW;
  }

  // Kept together for a second, for each transaction waits for the disk.
  Result<void> write(const Record& record) override {
    if (!began_) {
      if (auto begun = execute("BEGIN"); !begun) return begun;
      began_ = Clock::now();
    }
    for (const auto& row : record.rows) {
      sqlite3_reset(insert_.get());
      for (std::size_t i = 0; i < row.size(); ++i) bind(static_cast<int>(i + 1), row[i]);
      if (sqlite3_step(insert_.get()) != SQLITE_DONE) return failed(ErrorCode::kUnreadableFile);
    }
    return Clock::now() - *began_ > std::chrono::seconds(1) ? finish() : Result<void>();
  }

  Result<void> finish() override {
    if (!began_) return {};
    began_.reset();
    sqlite3_reset(insert_.get());
    return execute("COMMIT");
  }

 private:
  SqliteOutput(std::string path, Database database)
      : path_(std::move(path)), database_(std::move(database)) {}

  [[nodiscard]] tl::unexpected<Error> failed(ErrorCode code) const {
    return fail(code, fmt::format("{}: {}", path_, sqlite3_errmsg(database_.get())));
  }

  Result<void> execute(const std::string& sql) {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return failed(ErrorCode::kUnreadableFile);
    }
    return {};
  }

  Statement prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
    return Statement(statement);
  }

  void bind(int place, const Value& value) {
    sqlite3_stmt* const to = insert_.get();
    if (const auto* text = std::get_if<std::string>(&value)) {
      sqlite3_bind_text(to, place, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    } else if (const auto* number = std::get_if<double>(&value)) {
      sqlite3_bind_double(to, place, *number);
    } else if (const auto* single = std::get_if<float>(&value)) {
      sqlite3_bind_double(to, place, *single);
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      sqlite3_bind_int(to, place, *flag ? 1 : 0);
    } else {
      sqlite3_bind_null(to, place);
    }
  }

  std::string path_;
  Database database_;
  Statement insert_, find_;
  std::optional<Clock::time_point> began_;  // the transaction that is open
};

}  // namespace

Result<std::unique_ptr<Output>> open_sqlite(const OutputOptions& options) {
  return SqliteOutput::open(options);
}

}  // namespace genre::batch
