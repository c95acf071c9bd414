// A SQLite database that belongs to somebody else too.
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

// A name as SQL has it.
[[nodiscard]] std::string identifier(const std::string& name);

class SqliteDatabase {
 public:
  // Creates the file if there is none; an empty file is an empty database. Errors of this and of
  // the functions below: kUnreadableFile, also after some seconds of a lock of another program, and
  // for a file that is not a database, which stays as it is.
  [[nodiscard]] static Result<SqliteDatabase> open(const std::string& path);

  [[nodiscard]] Result<void> execute(const std::string& sql);

  // None where the SQL is wrong: failed() says how.
  [[nodiscard]] Statement prepare(const std::string& sql);

  // The columns of a table or a view, in their order; none where there is no such table.
  [[nodiscard]] Result<std::vector<std::string>> columns_of(const std::string& table);

  // Drops a table, if there is one, and creates it anew. The indexes and triggers that somebody has
  // made for it are made again. Part of a transaction, which must be rolled back after an error.
  [[nodiscard]] Result<void> replace_table(const std::string& table, const std::string& create_sql);

  // The last error.
  [[nodiscard]] tl::unexpected<Error> failed(ErrorCode code) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  SqliteDatabase(std::string path, sqlite3* database)
      : path_(std::move(path)), database_(database) {}

  // The texts in the first column of a query's rows. The query has one parameter.
  Result<std::vector<std::string>> texts(const std::string& sql, const std::string& parameter);

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace genre::batch
