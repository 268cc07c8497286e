#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace sim {

/// One SQLite database, and the words for what goes wrong with it: every error is a StoreError.
class Database {
  public:
    /// `flags` as of sqlite3_open_v2. Waits a minute for other processes.
    Database(const std::string& path, int flags);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const char* sql);
    /// The same for what does not wait by itself: changing to a write-ahead log fails at once when
    /// another process opens the file at that moment.
    void execute_patiently(const char* sql);
    [[nodiscard]] sqlite3* handle() const { return handle_; }
    /// Throws; `what` is what was being done: "write", "read".
    [[noreturn]] void fail(const char* what) const;

  private:
    std::string path_;
    sqlite3* handle_ = nullptr;
};

/// A prepared statement, to be run once or often.
class Statement {
  public:
    Statement(Database& database, const char* sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Parameters in order; starts anew.
    template <class... Values>
    Statement& bind(const Values&... values) {
        sqlite3_reset(handle_);
        int index = 0;
        (bind_one(++index, values), ...);
        return *this;
    }
    /// The next row; false: there is none.
    bool step();
    /// Runs it to its end.
    void run() {
        while (step()) {
        }
    }

    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(handle_, column);
    }
    [[nodiscard]] std::string bytes(int column) const;

  private:
    void bind_one(int index, std::int64_t value);
    /// Bytes: nothing is said about their encoding. They must live until the statement has run.
    void bind_one(int index, std::string_view value);

    Database& database_;
    sqlite3_stmt* handle_ = nullptr;
};

}  // namespace sim
