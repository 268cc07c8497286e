#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "sim/experiment/sqlite.hpp"
#include "sim/experiment/store.hpp"
#include "tests/catch.hpp"

using sim::Store;
using sim::StoreError;

namespace {

/// A file that goes away with what SQLite puts beside it.
class ScratchFile {
  public:
    ScratchFile()
        : path_(std::filesystem::temp_directory_path() /
                ("firedrill-store-" + std::to_string(getpid()) + ".db")) {
        remove();
    }
    ~ScratchFile() { remove(); }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    void remove() const {
        for (const char* suffix : {"", "-journal", "-wal", "-shm"})
            std::remove((path_ + suffix).c_str());
    }
    std::string path_;
};

sim::StoredRun run_of(std::uint32_t replication, std::string payload) {
    return {{"scenario", 42, replication}, std::move(payload)};
}

std::string message_of(const std::string& path, Store::Access access) {
    try {
        Store(path, access, "1");
    } catch (const StoreError& problem) {
        return problem.what();
    }
    return "";
}

}  // namespace

TEST_CASE("what is kept is there, in the order of replications, and only once") {
    const ScratchFile file;
    {
        Store store(file.path(), Store::Access::write, "1");
        store.keep(run_of(2, std::string("c\0d", 3)));
        store.keep(run_of(0, "a"));
        store.flush();
        store.keep(run_of(0, "another"));  // append-only: the first stays
        store.flush();
    }
    Store store(file.path(), Store::Access::read, "1");
    const auto runs = store.runs("scenario", 42, 10);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].payload == "a");
    CHECK(runs[1].key.replication == 2);
    CHECK(runs[1].payload == std::string("c\0d", 3));
    CHECK(store.runs("scenario", 42, 2).size() == 1);
    CHECK(store.runs("scenario", 43, 10).empty());
    CHECK(store.runs("other", 42, 10).empty());
}

TEST_CASE("what another version computed is not seen") {
    const ScratchFile file;
    Store(file.path(), Store::Access::write, "1").flush();
    {
        Store old(file.path(), Store::Access::write, "1");
        old.keep(run_of(0, "a"));
        old.flush();
    }
    Store store(file.path(), Store::Access::write, "2");
    CHECK(store.runs("scenario", 42, 10).empty());
    CHECK(store.size().runs == 0);
    CHECK(store.size().other_versions == 1);
}

TEST_CASE("points belong to a plan, and the last word about one counts") {
    Store store(":memory:", Store::Access::write, "1");
    CHECK_FALSE(store.newest_plan());
    const auto plan = store.keep_plan("first");
    const auto next = store.keep_plan("second");
    CHECK(store.newest_plan() == next);
    CHECK(store.plan(plan) == "first");
    sim::StoredPoint point;
    point.number = 3;
    point.strategy = 1;
    point.failure = "it failed";
    point.command = "repeat it";
    store.keep_point(plan, point);
    point.failure = "";
    point.scenario = "abc";
    point.seed = ~std::uint64_t{0};
    point.replications = 10;
    point.layout = store.keep_text("columns");
    store.keep_point(plan, point);
    store.flush();
    CHECK(store.points(next, 1, 9).empty());
    const auto points = store.points(plan, 1, 9);
    REQUIRE(points.size() == 1);
    CHECK(points[0].failure.empty());
    CHECK(points[0].seed == ~std::uint64_t{0});
    CHECK(points[0].replications == 10);
    CHECK(store.text(points[0].layout) == "columns");
    CHECK(store.keep_text("columns") == points[0].layout);
    CHECK(store.points(plan, 4, 9).empty());
}

TEST_CASE("what is no store is told, and stays as it was") {
    const ScratchFile file;
    CHECK(message_of(file.path(), Store::Access::read).find("cannot open") == 0);
    std::ofstream(file.path()) << "a diary, of which nobody wants to lose a single line";
    CHECK(message_of(file.path(), Store::Access::write) ==
          "cannot read '" + file.path() + "': it is no study of firedrill");
    CHECK(message_of("/no/such/folder/study.db", Store::Access::write).find("cannot open") == 0);
}

TEST_CASE("what a process that was killed left half done is rolled back, also by a reader") {
    const ScratchFile file;
    {
        Store store(file.path(), Store::Access::write, "1");
        store.keep(run_of(0, "a"));
        store.seal();  // no write-ahead log any more: as in the moments when a store is made
    }
    const auto killed = file.path() + ".killed";
    {
        // A change that is larger than the cache is in the file before it is committed.
        sim::Database database(file.path(), SQLITE_OPEN_READWRITE);
        database.execute("PRAGMA cache_size = 5");
        database.execute("BEGIN");
        database.execute("UPDATE run SET payload = zeroblob(2000000)");
        for (const char* suffix : {"", "-journal"}) {
            std::filesystem::copy_file(file.path() + suffix, killed + suffix);
        }
        database.execute("ROLLBACK");
    }
    {
        Store store(killed, Store::Access::read, "1");
        REQUIRE(store.runs("scenario", 42, 10).size() == 1);
        CHECK(store.runs("scenario", 42, 10)[0].payload == "a");
        CHECK_THROWS_AS(store.keep_plan("a reader writes nothing"), StoreError);
    }
    for (const char* suffix : {"", "-journal"}) std::remove((killed + suffix).c_str());
}

TEST_CASE("two writers at a time lose nothing") {
    const ScratchFile file;
    Store(file.path(), Store::Access::write, "1").flush();
    const auto write = [&](std::uint32_t first) {
        Store store(file.path(), Store::Access::write, "1");
        for (std::uint32_t i = 0; i < 50; ++i) {
            store.keep(run_of(first + 2 * i, std::to_string(first + 2 * i)));
            store.flush();
        }
    };
    std::thread other(write, 1);
    write(0);
    other.join();
    const auto runs = Store(file.path(), Store::Access::read, "1").runs("scenario", 42, 1000);
    REQUIRE(runs.size() == 100);
    for (std::uint32_t i = 0; i < 100; ++i) CHECK(runs[i].payload == std::to_string(i));
}
