#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// A store cannot be read or written: no such file, another format, a full disk. `what()` is a
/// sentence for whoever uses it, with the file's name. What was committed before stays.
class StoreError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Which simulation: what ran (a hash of everything that decides its numbers), on which draws.
struct StoreKey {
    std::string scenario;
    std::uint64_t seed = 0;
    std::uint32_t replication = 0;

    friend auto operator<=>(const StoreKey&, const StoreKey&) = default;
};

/// What is kept of one simulation: bytes, whose meaning the layout of a point says.
struct StoredRun {
    StoreKey key;
    std::string payload;
};

/// A point of a plan under one strategy: which simulations are its own.
struct StoredPoint {
    std::uint64_t number = 0;  ///< from 1, as in the plan
    std::uint32_t strategy = 0;
    std::string scenario;  ///< as in StoreKey; empty: it could not be read
    std::uint64_t seed = 0;
    std::uint32_t replications = 0;  ///< that it needs; of a failure those until it came
    std::int64_t layout = 0;         ///< the text that says what the payloads mean
    std::string verdicts{};          ///< what was decided while it ran; empty: nothing
    std::string failure;             ///< why it has no results; empty: it has
    std::string command;             ///< that repeats exactly this
};

/// Results in one SQLite file, append-only: what is there is never changed, so a killed process
/// loses what it had not committed and nothing else, and several processes may write at a time.
/// Write-ahead log with synchronous=NORMAL: whole after kill -9 at any moment. All functions may be
/// called from several threads and throw StoreError.
class Store {
  public:
    enum class Access {
        read,
        write,
        write_alone,  ///< nobody else may open it meanwhile; works on network file systems, too
    };

    /// Opens it, or makes a new one for `write`; ":memory:" is a store without a file. `engine` is
    /// the version whose results are read and written: those of other versions are not seen.
    Store(const std::string& path, Access access, const std::string& engine);
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    /// The number of a text, which is kept once.
    std::int64_t keep_text(std::string_view text);
    /// `id` is from keep_text or a StoredPoint.
    std::string text(std::int64_t id);

    /// Committed results of one scenario and seed in the order of replications: those below `most`.
    std::vector<StoredRun> runs(std::string_view scenario, std::uint64_t seed, std::uint32_t most);
    /// Keeps it unless it is there, from the next `flush` on.
    void keep(StoredRun run);

    /// A plan is a text that says what its points are. The newest one is what reports show.
    std::int64_t keep_plan(std::string_view text);
    std::optional<std::int64_t> newest_plan();
    std::string plan(std::int64_t id);
    /// Replaces what was known of that point under that strategy: it may have failed before. It is
    /// written by `flush`, after the runs that were kept before it.
    void keep_point(std::int64_t plan, StoredPoint point);
    /// Of a plan, those with these numbers, by number and strategy.
    std::vector<StoredPoint> points(std::int64_t plan, std::uint64_t first, std::uint64_t last);

    /// How many simulations are there, of this engine's version and of others.
    struct Size {
        std::uint64_t runs = 0;
        std::uint64_t other_versions = 0;
    };
    Size size();

    /// Commits what is pending, in one short transaction. Everything stays pending when it fails.
    void flush();

    /// Flushes, and makes it a single file without a log beside it, which may be moved and read
    /// over a network. The last thing that is done with it.
    void seal();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sim
