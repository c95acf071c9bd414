#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "batch/formats.h"
#include "batch/sqlite_database.h"

namespace genre::batch {
namespace {

using Clock = std::chrono::steady_clock;

// A commit waits for the disk, so the records of about a second share one.
constexpr std::chrono::seconds kCommitPause{1};

std::string columns_of(const OutputOptions& options, std::size_t n) {
  std::string list;
  for (std::size_t i = 0; i < n; ++i) list += (i == 0 ? "" : ", ") + identifier(options.columns[i]);
  return list;
}

// A table of a database that may contain other tables, which stay unchanged. The first transaction
// replaces the table of an earlier run and adds the first records, so readers of the database see
// either the old table or the new one.
class SqliteOutput : public Output {
 public:
  static Result<std::unique_ptr<Output>> open(const OutputOptions& options) {
    auto database = SqliteDatabase::open(options.path);
    if (!database) return tl::make_unexpected(std::move(database.error()));
    std::unique_ptr<SqliteOutput> output(new SqliteOutput(options, std::move(*database)));
    if (auto checked = output->check(); !checked) return tl::make_unexpected(checked.error());
    return output;
  }

  bool has(std::string_view file) const override {
    if (!find_) return false;
    sqlite3_reset(find_.get());
    sqlite3_bind_text(find_.get(), 1, file.data(), static_cast<int>(file.size()), SQLITE_STATIC);
    return sqlite3_step(find_.get()) == SQLITE_ROW;
  }

  Result<void> write(const Record& record) override {
    auto written = insert(record);
    if (!written) {
      roll_back();
      broken_ = true;
    }
    return written;
  }

  Result<void> finish() override {
    if (broken_) return {};
    if (left_old()) {
      roll_back();
      return {};
    }
    if (!began_ && !appends_) {  // without any record, create an empty table
      if (auto begun = begin(); !begun) return begun;
    }
    return commit();
  }

  bool left_old() const override { return replaces_ && !any_read_; }

 private:
  SqliteOutput(OutputOptions options, SqliteDatabase database)
      : options_(std::move(options)), database_(std::move(database)) {}

  // Finds the errors that would otherwise stop the run at its first record. Changes nothing.
  Result<void> check() {
    if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto found = database_.columns_of(options_.table);
    if (found && !found->empty()) {
      if (found->front() != options_.columns.front() || found->back() != options_.columns.back()) {
        found =
            fail(ErrorCode::kBadTable,
                 fmt::format("{}: genre did not write its table {}, which was not changed; choose "
                             "another --output",
                             options_.path, options_.table));
      } else if (options_.resume) {
        appends_ = true;
        if (auto prepared = prepare(); !prepared) {
          found = tl::make_unexpected(std::move(prepared.error()));
        }
      } else {
        replaces_ = true;
      }
    }
    auto ended = database_.execute("ROLLBACK");
    if (!found) return tl::make_unexpected(std::move(found.error()));
    return ended;
  }

  Result<void> begin() {
    if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
    began_ = Clock::now();
    if (insert_) return {};
    const std::string create = fmt::format(
        "CREATE TABLE {} ({}, PRIMARY KEY ({})) WITHOUT ROWID", identifier(options_.table),
        columns_of(options_, options_.columns.size()), columns_of(options_, options_.n_key));
    return database_.replace_table(options_.table, create).and_then([this] { return prepare(); });
  }

  Result<void> prepare() {
    const std::string table = identifier(options_.table);
    const std::size_t n = options_.columns.size();
    std::string places = "?";
    for (std::size_t i = 1; i < n; ++i) places += ", ?";
    insert_ = database_.prepare(fmt::format("INSERT OR REPLACE INTO {} ({}) VALUES ({})", table,
                                            columns_of(options_, n), places));
    // The usual reason: the table of an earlier run has other columns.
    if (!insert_) return database_.failed(ErrorCode::kBadTable);
    if (!appends_) return {};
    find_ = database_.prepare(fmt::format("SELECT 1 FROM {} WHERE file = ?", table));
    return find_ ? Result<void>() : database_.failed(ErrorCode::kBadTable);
  }

  Result<void> insert(const Record& record) {
    if (!began_) {
      if (auto begun = begin(); !begun) return begun;
    }
    for (const auto& row : record.rows) {
      sqlite3_reset(insert_.get());
      for (std::size_t i = 0; i < row.size(); ++i) bind(static_cast<int>(i + 1), row[i]);
      if (sqlite3_step(insert_.get()) != SQLITE_DONE) {
        return database_.failed(ErrorCode::kUnreadableFile);
      }
    }
    any_read_ = any_read_ || !record.unread;
    if (left_old()) return {};
    // The first commit is immediate, so that other programs can see the new table and --resume can
    // continue it.
    return committed_ && Clock::now() - *began_ < kCommitPause ? Result<void>() : commit();
  }

  Result<void> commit() {
    if (!began_) return {};
    sqlite3_reset(insert_.get());
    if (auto committed = database_.execute("COMMIT"); !committed) {
      roll_back();
      broken_ = true;
      return committed;
    }
    committed_ = true;
    began_.reset();
    return {};
  }

  void roll_back() {
    if (insert_) sqlite3_reset(insert_.get());
    static_cast<void>(database_.execute("ROLLBACK"));
    began_.reset();
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

  OutputOptions options_;
  SqliteDatabase database_;
  Statement insert_, find_;
  std::optional<Clock::time_point> began_;  // start of the open transaction, if any
  bool appends_ = false;                    // to the table of an earlier run
  bool replaces_ = false;                   // the table of an earlier run
  bool committed_ = false;
  bool any_read_ = false;  // a record so far was of a file that could be read
  bool broken_ = false;
};

}  // namespace

Result<std::unique_ptr<Output>> open_sqlite(const OutputOptions& options) {
  return SqliteOutput::open(options);
}

}  // namespace genre::batch
