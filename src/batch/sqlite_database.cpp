#include "batch/sqlite_database.h"

#include <fmt/format.h>

#include <fstream>
#include <string_view>

namespace genre::batch {
namespace {

constexpr int kLockTimeout = 5000;  // ms

// SQLite treats a file that is shorter than its header as an empty database and overwrites it.
bool is_something_else(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::string start(kMagic.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  return file.gcount() > 0 && start != kMagic;
}

}  // namespace

std::string identifier(const std::string& name) {
  std::string result(1, '"');
  for (const char c : name) result.append(c == '"' ? 2 : 1, c);
  result += '"';
  return result;
}

Result<SqliteDatabase> SqliteDatabase::open(const std::string& path) {
  if (is_something_else(path)) {
    return fail(
        ErrorCode::kUnreadableFile,
        fmt::format("{}: the file is not a SQLite database and was not changed; choose another "
                    "--output",
                    path));
  }
  sqlite3* opened = nullptr;
  const int status =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  SqliteDatabase database(path, opened);
  if (status != SQLITE_OK) return database.failed(ErrorCode::kUnreadableFile);
  sqlite3_busy_timeout(opened, kLockTimeout);
  return database;
}

tl::unexpected<Error> SqliteDatabase::failed(ErrorCode code) const {
  const bool locked = sqlite3_errcode(database_.get()) == SQLITE_BUSY;
  const std::string reason =
      locked ? "another program has locked the database; close it there and try again"
             : sqlite3_errmsg(database_.get());
  return fail(code, fmt::format("{}: {}", path_, reason));
}

Result<void> SqliteDatabase::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failed(ErrorCode::kUnreadableFile);
  }
  return {};
}

Statement SqliteDatabase::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
  return Statement(statement);
}

Result<std::vector<std::string>> SqliteDatabase::texts(const std::string& sql,
                                                       const std::string& parameter) {
  const Statement query = prepare(sql);
  if (!query) return failed(ErrorCode::kUnreadableFile);
  sqlite3_bind_text(query.get(), 1, parameter.c_str(), -1, SQLITE_STATIC);
  std::vector<std::string> found;
  int status = 0;
  while ((status = sqlite3_step(query.get())) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0));
    found.emplace_back(text != nullptr ? text : "");
  }
  if (status != SQLITE_DONE) return failed(ErrorCode::kUnreadableFile);
  return found;
}

Result<std::vector<std::string>> SqliteDatabase::columns_of(const std::string& table) {
  return texts("SELECT name FROM pragma_table_info(?) ORDER BY cid", table);
}

Result<void> SqliteDatabase::replace_table(const std::string& table,
                                           const std::string& create_sql) {
  // DROP TABLE drops these too. SQLite's own index of the primary key has no SQL text.
  const auto dependents = texts(
      "SELECT sql FROM sqlite_master WHERE tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL "
      "AND type IN ('index', 'trigger')",
      table);
  if (!dependents) return tl::make_unexpected(dependents.error());
  auto done = execute("DROP TABLE IF EXISTS " + identifier(table));
  if (done) done = execute(create_sql);
  for (const std::string& sql : *dependents) {
    if (!done) break;
    done = execute(sql).map_error([&](Error&& error) {
      error.message += fmt::format(
          "; drop this index or trigger, which does not fit the new table {}, or choose another "
          "--output: {}",
          table, sql);
      return error;
    });
  }
  return done;
}

}  // namespace genre::batch
