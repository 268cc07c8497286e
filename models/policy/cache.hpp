#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "models/policy/cache_refresh.hpp"
#include "models/policy/lru_store.hpp"
#include "models/policy/zipf.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// What a cache says to a request.
enum class CacheAnswer : std::uint8_t {
    hit,
    early,  ///< stored and good, but it is this request's turn to fetch it anew
    stale,  ///< expired; served all the same while it is fetched anew in the background
    miss,
};

struct CacheLookup {
    static constexpr std::uint32_t kNoKey = KeyTable::kNone;
    CacheAnswer answer = CacheAnswer::miss;
    /// Names what was asked for in `store` and `serves_after_error`. With `keys` it is the key's
    /// rank; under a `hitRatio` how many keys were stored then, kNoKey for a key that never hits.
    std::uint32_t key = kNoKey;
};

/// The keys that are asked for: rank k with probability proportional to 1 / k^zipf.
struct CacheKeys {
    std::uint32_t count = 0;
    double zipf = 1.0;
    void parameters(sim::Parameters& p);
};

/// What one replica of a cache knows.
struct CacheState {
    LruStore store;
    std::optional<Zipf> popularity;
    std::uint32_t warm = 0;  ///< under a `hitRatio`: how many of the keys that hit are stored
};

/// A cache in front of the calls that its service makes on a miss (its origin). Either with keys
/// (an exact LRU under Zipf popularity) or with a given hit ratio.
///
/// A hit ratio h has no keys, so its cold start needs a model: `warmKeys` equally popular keys get
/// the share h of the requests, all other requests never hit. A cold cache must fetch each of them
/// once, so after m requests without failures the ratio is h * (1 - (1 - h/warmKeys)^m), and while
/// the origin fails it does not recover at all.
struct CachePolicy {
    static constexpr std::string_view name = "cache";
    static constexpr std::string_view summary =
        "answers hits itself and makes its endpoint's calls only on a miss";
    static constexpr std::string_view formula =
        "load of the origin = rate * (1 - h); keys: exact LRU of `capacity` under P(k) ~ 1/k^zipf";
    static constexpr std::string_view source = "POLICIES 9";
    static constexpr std::string_view example =
        "cache: {keys: {count: 1000000, zipf: 1.0}, capacity: 100000, ttl: 60s, ttlJitter: 10%}";
    static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();
    /// Entries that one replica may hold.
    static constexpr std::uint32_t kMostEntries = 10'000'000;

    double hit_ratio = 0;  ///< when there are no keys
    CacheKeys keys;
    std::uint32_t capacity = kUnlimited;
    std::uint32_t warm_keys = 1000;
    sim::Duration ttl = sim::kForever;
    double ttl_jitter = 0;  ///< entries live ttl * (1 +- this)
    bool coalesce = true;
    sim::Duration stale_while_revalidate{};
    sim::Duration stale_if_error{};
    std::optional<EarlyRefresh> early_refresh;
    bool cold_start = true;
    bool starts_warm = true;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    [[nodiscard]] bool has_keys() const { return keys.count > 0; }
    [[nodiscard]] std::uint32_t entries() const {
        return capacity < keys.count ? capacity : keys.count;
    }

    /// Hit ratio of a warm cache from which nothing expires: the given one, or that of an LRU by
    /// Che's approximation (Che, Tung, Wang, "Hierarchical Web Caching Systems", IEEE JSAC 2002).
    [[nodiscard]] double expected_hit_ratio() const;

    /// A replica at the start of a run. A warm one has the most popular keys stored, each with a
    /// random rest of its life.
    [[nodiscard]] CacheState initial(sim::SimTime now, sim::RngStream lives) const;
    /// After a loss of power.
    void restart(CacheState& state) const;

    /// `choice` draws what is asked for, `refresh` whether it is refreshed early.
    CacheLookup look_up(CacheState& state, sim::SimTime now, sim::KeyedRng& choice,
                        sim::KeyedRng& refresh) const;
    /// What a request that goes through to the origin in any case (a write) is about.
    static std::uint32_t key_to_write(const CacheState& state, sim::KeyedRng& choice) {
        return state.popularity ? state.popularity->rank(choice) : CacheLookup::kNoKey;
    }
    /// A fetch for the lookup's key has succeeded after `fetch`.
    void store(CacheState& state, std::uint32_t key, sim::SimTime now, sim::Duration fetch,
               sim::KeyedRng& rng) const;
    /// Whether a request whose fetch failed can be answered with what is stored.
    [[nodiscard]] bool serves_after_error(CacheState& state, std::uint32_t key,
                                          sim::SimTime now) const;

  private:
    [[nodiscard]] sim::Duration lifetime(sim::KeyedRng& rng) const;
};

}  // namespace models
