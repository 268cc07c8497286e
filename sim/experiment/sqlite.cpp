#include "sim/experiment/sqlite.hpp"

#include "sim/experiment/store.hpp"

namespace sim {

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kPrimaryCode = 0xff;  // extended codes have the primary one in their low byte

/// What a user can do about it.
std::string hint_of(int code) {
    switch (code) {
        case SQLITE_FULL:
            return "the disk is full; what was finished before is kept";
        case SQLITE_NOTADB:
            return "it is no study of firedrill";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another process keeps it locked";
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return "it may not be written";
        case SQLITE_CANTOPEN:
            return "it cannot be opened";
        case SQLITE_CORRUPT:
            return "it is damaged";
        default:
            return "";
    }
}

}  // namespace

Database::Database(const std::string& path, int flags) : path_(path) {
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
    if (code != SQLITE_OK) {
        const StoreError error("cannot open '" + path + "': " +
                               (handle_ != nullptr ? sqlite3_errmsg(handle_) : "no memory"));
        sqlite3_close(handle_);
        throw error;
    }
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, kPatienceMs);
}

Database::~Database() { sqlite3_close(handle_); }

void Database::execute(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("write");
}

void Database::execute_patiently(const char* sql) {
    constexpr int kPauseMs = 5;
    for (int waited_ms = 0;; waited_ms += kPauseMs) {
        const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
        if (code == SQLITE_OK) return;
        if ((code & kPrimaryCode) != SQLITE_BUSY || waited_ms >= kPatienceMs) fail("write");
        sqlite3_sleep(kPauseMs);
    }
}

void Database::fail(const char* what) const {
    const auto hint = hint_of(sqlite3_errcode(handle_) & kPrimaryCode);
    throw StoreError("cannot " + std::string(what) + " '" + path_ +
                     "': " + (hint.empty() ? sqlite3_errmsg(handle_) : hint.c_str()));
}

Statement::Statement(Database& database, const char* sql) : database_(database) {
    if (sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_,
                           nullptr) != SQLITE_OK) {
        database.fail("read");
    }
}

Statement::~Statement() { sqlite3_finalize(handle_); }

bool Statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    const bool reads = sqlite3_stmt_readonly(handle_) != 0;
    if (code != SQLITE_DONE) {
        try {
            database_.fail(reads ? "read" : "write");
        } catch (const StoreError&) {
            sqlite3_reset(handle_);  // a statement that is left open keeps its locks
            throw;
        }
    }
    sqlite3_reset(handle_);
    return false;
}

std::string Statement::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return data == nullptr ? std::string() : std::string(data, size);
}

void Statement::bind_one(int index, std::int64_t value) {
    if (sqlite3_bind_int64(handle_, index, value) != SQLITE_OK) database_.fail("read");
}

void Statement::bind_one(int index, std::string_view value) {
    const auto size = static_cast<sqlite3_uint64>(value.size());
    // A null pointer would be NULL, not the empty string.
    const char* data = value.empty() ? "" : value.data();
    if (sqlite3_bind_blob64(handle_, index, data, size, SQLITE_STATIC) != SQLITE_OK) {
        database_.fail("read");
    }
}

}  // namespace sim
