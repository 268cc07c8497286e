#include "sim/experiment/store.hpp"

#include <mutex>
#include <utility>

#include "sim/core/assert.hpp"
#include "sim/experiment/sqlite.hpp"

namespace sim {

namespace {

/// "fdrl": what `file` says of a store, and how one of another program is told.
constexpr std::int64_t kApplication = 0x6664726c;
constexpr std::int64_t kFormat = 1;

constexpr const char* kSchema = R"sql(
PRAGMA application_id = 1717858924;
PRAGMA user_version = 1;
CREATE TABLE IF NOT EXISTS engine(id INTEGER PRIMARY KEY, version BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS text(id INTEGER PRIMARY KEY, text BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS run(
  scenario BLOB NOT NULL, engine INTEGER NOT NULL, seed INTEGER NOT NULL,
  replication INTEGER NOT NULL, payload BLOB NOT NULL,
  PRIMARY KEY(scenario, engine, seed, replication)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plan(id INTEGER PRIMARY KEY AUTOINCREMENT, text BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS point(
  plan INTEGER NOT NULL, number INTEGER NOT NULL, strategy INTEGER NOT NULL,
  scenario BLOB NOT NULL, seed INTEGER NOT NULL, replications INTEGER NOT NULL,
  layout INTEGER NOT NULL, verdicts BLOB NOT NULL, failure BLOB NOT NULL, command BLOB NOT NULL,
  PRIMARY KEY(plan, number, strategy)) WITHOUT ROWID;
)sql";

std::int64_t pragma_of(Database& database, const char* sql) {
    Statement statement(database, sql);
    return statement.step() ? statement.integer(0) : 0;
}

/// A reader may write too, where the file lets it: a process that was killed may have left a
/// journal that must be rolled back before anything can be read. `query_only` keeps it a reader.
int flags_of(Store::Access access) {
    return (access == Store::Access::read ? 0 : SQLITE_OPEN_CREATE) | SQLITE_OPEN_READWRITE |
           SQLITE_OPEN_FULLMUTEX;
}

std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// Refuses what another program wrote, and makes the tables of a new file.
void prepare(Database& database, Store::Access access, const std::string& path) {
    // Before anything is read: the log then needs no memory that processes share.
    if (access == Store::Access::write_alone) {
        database.execute("PRAGMA locking_mode = EXCLUSIVE");
    }
    // In this order: another process may make them in between, and then both are there.
    const auto tables = pragma_of(database, "SELECT count(*) FROM sqlite_master");
    const auto application = pragma_of(database, "PRAGMA application_id");
    if (tables > 0 && application != kApplication) {
        throw StoreError("'" + path + "' is no study of firedrill");
    }
    if (tables > 0 && pragma_of(database, "PRAGMA user_version") != kFormat) {
        throw StoreError("'" + path + "' is a study of another version of firedrill");
    }
    if (access == Store::Access::read) {
        if (tables == 0) throw StoreError("'" + path + "' is no study of firedrill");
        database.execute("PRAGMA query_only = ON");
        return;
    }
    if (path != ":memory:") database.execute_patiently("PRAGMA journal_mode = WAL");
    database.execute("PRAGMA synchronous = NORMAL");
    if (tables > 0) return;
    // One transaction: another process sees all tables or none.
    database.execute("BEGIN IMMEDIATE");
    database.execute((std::string(kSchema) + "COMMIT").c_str());
}

}  // namespace

/// With its tables, so that statements can be prepared.
struct PreparedDatabase : Database {
    PreparedDatabase(const std::string& path, Store::Access access)
        : Database(path, flags_of(access)) {
        prepare(*this, access, path);
    }
};

struct Store::Impl {
    Impl(const std::string& path, Access access, const std::string& engine)
        : database(path, access) {
        if (access != Access::read) {
            Statement(database, "INSERT OR IGNORE INTO engine(version) VALUES(?)")
                .bind(std::string_view(engine))
                .run();
        }
        Statement find(database, "SELECT id FROM engine WHERE version = ?");
        find.bind(std::string_view(engine));
        if (find.step()) engine_id = find.integer(0);
    }

    std::int64_t keep_text(std::string_view text) {
        Statement(database, "INSERT OR IGNORE INTO text(text) VALUES(?)").bind(text).run();
        Statement find(database, "SELECT id FROM text WHERE text = ?");
        find.bind(text);
        SIM_ASSERT(find.step());
        return find.integer(0);
    }

    void write(const StoredRun& run) {
        insert_run
            .bind(std::string_view(run.key.scenario), engine_id, as_signed(run.key.seed),
                  static_cast<std::int64_t>(run.key.replication), std::string_view(run.payload))
            .run();
    }

    void write(std::int64_t plan, const StoredPoint& point) {
        insert_point
            .bind(plan, as_signed(point.number), static_cast<std::int64_t>(point.strategy),
                  std::string_view(point.scenario), as_signed(point.seed),
                  static_cast<std::int64_t>(point.replications), point.layout,
                  std::string_view(point.verdicts), std::string_view(point.failure),
                  std::string_view(point.command))
            .run();
    }

    /// One short transaction, so that other processes wait for milliseconds.
    void flush() {
        if (runs.empty() && points.empty()) return;
        database.execute("BEGIN IMMEDIATE");
        try {
            for (const auto& run : runs) write(run);
            for (const auto& [plan, point] : points) write(plan, point);
            database.execute("COMMIT");
        } catch (const StoreError&) {
            // A full disk may have rolled it back already; then there is nothing to undo.
            if (sqlite3_get_autocommit(database.handle()) == 0) {
                sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
            }
            throw;
        }
        runs.clear();
        points.clear();
    }

    std::mutex mutex;
    PreparedDatabase database;
    std::int64_t engine_id = 0;
    std::vector<StoredRun> runs;
    std::vector<std::pair<std::int64_t, StoredPoint>> points;
    Statement insert_run{database, "INSERT OR IGNORE INTO run VALUES(?, ?, ?, ?, ?)"};
    Statement insert_point{database,
                           "INSERT OR REPLACE INTO point VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    Statement find_runs{database,
                        "SELECT replication, payload FROM run WHERE scenario = ? AND "
                        "engine = ? AND seed = ? AND replication < ? ORDER BY replication"};
    Statement find_points{
        database,
        "SELECT number, strategy, scenario, seed, replications, layout, verdicts, "
        "failure, command FROM point WHERE plan = ? AND number BETWEEN ? AND ? "
        "ORDER BY number, strategy"};
};

Store::Store(const std::string& path, Access access, const std::string& engine)
    : impl_(std::make_unique<Impl>(path, access, engine)) {}

Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

std::int64_t Store::keep_text(std::string_view text) {
    const std::lock_guard lock(impl_->mutex);
    return impl_->keep_text(text);
}

std::string Store::text(std::int64_t id) {
    const std::lock_guard lock(impl_->mutex);
    Statement find(impl_->database, "SELECT text FROM text WHERE id = ?");
    find.bind(id);
    return find.step() ? find.bytes(0) : std::string();
}

std::vector<StoredRun> Store::runs(std::string_view scenario, std::uint64_t seed,
                                   std::uint32_t most) {
    const std::lock_guard lock(impl_->mutex);
    std::vector<StoredRun> found;
    auto& statement = impl_->find_runs.bind(scenario, impl_->engine_id, as_signed(seed),
                                            static_cast<std::int64_t>(most));
    while (statement.step()) {
        const auto replication = static_cast<std::uint32_t>(statement.integer(0));
        found.push_back({{std::string(scenario), seed, replication}, statement.bytes(1)});
    }
    return found;
}

void Store::keep(StoredRun run) {
    const std::lock_guard lock(impl_->mutex);
    impl_->runs.push_back(std::move(run));
}

std::int64_t Store::keep_plan(std::string_view text) {
    const std::lock_guard lock(impl_->mutex);
    Statement(impl_->database, "INSERT INTO plan(text) VALUES(?)").bind(text).run();
    return sqlite3_last_insert_rowid(impl_->database.handle());
}

std::optional<std::int64_t> Store::newest_plan() {
    const std::lock_guard lock(impl_->mutex);
    Statement find(impl_->database, "SELECT id FROM plan ORDER BY id DESC LIMIT 1");
    if (!find.step()) return std::nullopt;
    return find.integer(0);
}

std::string Store::plan(std::int64_t id) {
    const std::lock_guard lock(impl_->mutex);
    Statement find(impl_->database, "SELECT text FROM plan WHERE id = ?");
    find.bind(id);
    return find.step() ? find.bytes(0) : std::string();
}

void Store::keep_point(std::int64_t plan, StoredPoint point) {
    const std::lock_guard lock(impl_->mutex);
    impl_->points.emplace_back(plan, std::move(point));
}

std::vector<StoredPoint> Store::points(std::int64_t plan, std::uint64_t first, std::uint64_t last) {
    const std::lock_guard lock(impl_->mutex);
    std::vector<StoredPoint> found;
    auto& statement = impl_->find_points.bind(plan, as_signed(first), as_signed(last));
    while (statement.step()) {
        StoredPoint point;
        point.number = static_cast<std::uint64_t>(statement.integer(0));
        point.strategy = static_cast<std::uint32_t>(statement.integer(1));
        point.scenario = statement.bytes(2);
        point.seed = static_cast<std::uint64_t>(statement.integer(3));
        point.replications = static_cast<std::uint32_t>(statement.integer(4));
        point.layout = statement.integer(5);
        point.verdicts = statement.bytes(6);
        point.failure = statement.bytes(7);
        point.command = statement.bytes(8);
        found.push_back(std::move(point));
    }
    return found;
}

Store::Size Store::size() {
    const std::lock_guard lock(impl_->mutex);
    Statement count(impl_->database,
                    "SELECT count(*) FILTER (WHERE engine = ?1), "
                    "count(*) FILTER (WHERE engine <> ?1) FROM run");
    count.bind(impl_->engine_id);
    SIM_ASSERT(count.step());
    return {static_cast<std::uint64_t>(count.integer(0)),
            static_cast<std::uint64_t>(count.integer(1))};
}

void Store::flush() {
    const std::lock_guard lock(impl_->mutex);
    impl_->flush();
}

void Store::seal() {
    const std::lock_guard lock(impl_->mutex);
    impl_->flush();
    impl_->database.execute_patiently("PRAGMA journal_mode = DELETE");
}

}  // namespace sim
