#include "models/policy/cache.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::int64_t kMostKeys = 1'000'000'000;
constexpr sim::Duration kLongest = sim::whole_seconds(365 * 86'400);

}  // namespace

void CacheKeys::parameters(sim::Parameters& p) {
    p.count("count", count, "keys that are asked for; 0: by hitRatio", {0, kMostKeys});
    p.number("zipf", zipf, "exponent of their popularity; 0: all alike", {0, 10, false});
}

void CachePolicy::parameters(sim::Parameters& p) {
    p.percent("hitRatio", hit_ratio, "of a warm cache, in place of keys", {0, 1, false});
    p.group("keys", keys, "what is asked for: how many keys, how popular");
    p.count("capacity", capacity, "keys that one replica stores; the least recently used goes",
            {1, kUnlimited});
    p.count("warmKeys", warm_keys, "of a hitRatio: keys a cold cache must fetch once",
            {1, kMostKeys});
    p.timeout("ttl", ttl, "life of an entry", {sim::Duration{1}, sim::kForever});
    p.percent("ttlJitter", ttl_jitter, "spreads it: ttl * (1 - this) to ttl * (1 + this)",
              {0, 0.99, false});
    p.flag("coalesce", coalesce, "one fetch for all concurrent misses of a key");
    p.duration("staleWhileRevalidate", stale_while_revalidate,
               "expired for less: served, and fetched anew in the background", {{}, kLongest});
    p.duration("staleIfError", stale_if_error,
               "expired for less: served (degraded) when the fetch fails", {{}, kLongest});
    p.family("earlyRefresh", early_refresh, "fetches entries before they expire",
             {"xfetch", "beta", true});
    p.flag("coldStart", cold_start, "empty after a restart");
    p.flag("startsWarm", starts_warm, "the run begins with the most popular keys stored");
}

std::optional<sim::Misfit> CachePolicy::misfit() const {
    const bool expires = ttl != sim::kForever;
    const bool keeps_stale = stale_while_revalidate.ns > 0 || stale_if_error.ns > 0;
    if (!has_keys()) {
        const std::string hint = "write `keys: {count: 100000, zipf: 1.0}` instead of `hitRatio`";
        if (expires)
            return sim::Misfit{"ttl", "a cache without `keys` has nothing to expire", hint};
        if (capacity != kUnlimited) {
            return sim::Misfit{"capacity", "a cache without `keys` stores nothing to count", hint};
        }
    } else if (entries() > kMostEntries) {
        return sim::Misfit{capacity == kUnlimited ? "keys" : "capacity",
                           "a replica would store " + std::to_string(entries()) +
                               " keys, the limit is " + std::to_string(kMostEntries),
                           "set a smaller `capacity`"};
    }
    if (expires) return std::nullopt;
    const std::string hint = "write how long an entry is good: `ttl: 60s`";
    if (keeps_stale) {
        return sim::Misfit{stale_while_revalidate.ns > 0 ? "staleWhileRevalidate" : "staleIfError",
                           "nothing is ever stale without `ttl`", hint};
    }
    if (early_refresh) {
        return sim::Misfit{"earlyRefresh", "nothing is refreshed early without `ttl`", hint};
    }
    if (ttl_jitter > 0) return sim::Misfit{"ttlJitter", "there is no `ttl` to spread", hint};
    return std::nullopt;
}

CacheState CachePolicy::initial(sim::SimTime now, sim::RngStream lives) const {
    CacheState state;
    if (!has_keys()) {
        state.warm = starts_warm ? warm_keys : 0;
        return state;
    }
    state.store = LruStore(entries());
    state.popularity.emplace(keys.count, keys.zipf);
    if (!starts_warm) return state;
    for (std::uint32_t key = entries(); key-- > 0;) {  // the most popular one last
        auto& entry = state.store.store(key);
        entry.expires = sim::kNever;
        if (ttl == sim::kForever) continue;
        sim::KeyedRng rng(lives, 0, key);
        const double rest = rng.unit() * lifetime(rng).seconds();
        entry.expires = sim::saturated_add(now, sim::from_seconds(rest));
    }
    return state;
}

void CachePolicy::restart(CacheState& state) const {
    if (!cold_start) return;
    state.warm = 0;
    state.store.clear();
}

CacheLookup CachePolicy::look_up(CacheState& state, sim::SimTime now, sim::KeyedRng& choice,
                                 sim::KeyedRng& refresh) const {
    if (!has_keys()) {
        if (!choice.bernoulli(hit_ratio)) return {CacheAnswer::miss, CacheLookup::kNoKey};
        const bool stored = choice.unit() * warm_keys < state.warm;
        return {stored ? CacheAnswer::hit : CacheAnswer::miss, state.warm};
    }
    const std::uint32_t key = state.popularity->rank(choice);
    auto* entry = state.store.find(key);
    if (entry == nullptr) return {CacheAnswer::miss, key};
    state.store.touch(*entry);
    if (now < entry->expires) {
        const bool early =
            early_refresh && ttl != sim::kForever &&
            refreshes_early(*early_refresh, entry->expires - now, entry->fetch, refresh);
        return {early ? CacheAnswer::early : CacheAnswer::hit, key};
    }
    const bool stale = now < sim::saturated_add(entry->expires, stale_while_revalidate);
    return {stale ? CacheAnswer::stale : CacheAnswer::miss, key};
}

void CachePolicy::store(CacheState& state, std::uint32_t key, sim::SimTime now, sim::Duration fetch,
                        sim::KeyedRng& rng) const {
    if (!has_keys()) {
        if (key == CacheLookup::kNoKey || state.warm >= warm_keys) return;
        // One of the keys that were not stored then; it may have been stored in the meantime.
        const double missing = static_cast<double>(warm_keys - state.warm);
        if (rng.unit() * (warm_keys - std::min(key, state.warm)) < missing) ++state.warm;
        return;
    }
    auto& entry = state.store.store(key);
    entry.fetch = fetch;
    entry.expires = sim::saturated_add(now, lifetime(rng));
}

bool CachePolicy::serves_after_error(CacheState& state, std::uint32_t key, sim::SimTime now) const {
    if (!has_keys() || key == CacheLookup::kNoKey) return false;
    const auto* entry = state.store.find(key);
    return entry != nullptr && now < sim::saturated_add(entry->expires, stale_if_error);
}

sim::Duration CachePolicy::lifetime(sim::KeyedRng& rng) const {
    if (ttl == sim::kForever || ttl_jitter <= 0) return ttl;
    return sim::from_seconds(ttl.seconds() * (1 - ttl_jitter + 2 * ttl_jitter * rng.unit()));
}

}  // namespace models
