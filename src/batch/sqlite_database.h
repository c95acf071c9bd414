// A SQLite database that other programs may use too.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "genre/result.h"

namespace genre::batch {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// A name as a quoted SQL identifier.
[[nodiscard]] std::string identifier(const std::string& name);

class SqliteDatabase {
 public:
  // Creates the file if there is none; an empty file is an empty database. Error of this and of the
  // functions below: kUnreadableFile, also if another program keeps the database locked for some
  // seconds, and for a file that is not a database, which stays unchanged.
  [[nodiscard]] static Result<SqliteDatabase> open(const std::string& path);

  [[nodiscard]] Result<void> execute(const std::string& sql);

  // Null if the SQL is wrong: see failed().
  [[nodiscard]] Statement prepare(const std::string& sql);

  // The columns of a table or a view, in order; empty if there is no such table.
  [[nodiscard]] Result<std::vector<std::string>> columns_of(const std::string& table);

  // Drops a table, if it exists, and creates it again. Then recreates the user's indexes and
  // triggers. Call it in a transaction, and roll that back after an error.
  [[nodiscard]] Result<void> replace_table(const std::string& table, const std::string& create_sql);

  // The last error.
  [[nodiscard]] tl::unexpected<Error> failed(ErrorCode code) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  SqliteDatabase(std::string path, sqlite3* database)
      : path_(std::move(path)), database_(database) {}

  // The first column of the rows of a query with one parameter.
  Result<std::vector<std::string>> texts(const std::string& sql, const std::string& parameter);

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace genre::batch
