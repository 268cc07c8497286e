#include "models/engine/accounts.hpp"

#include <fmt/format.h>

#include "sim/core/assert.hpp"

namespace models {
namespace {

/// Compares until two sides differ.
class Laws {
  public:
    explicit Laws(BrokenLaw& broken) : broken_(broken) {}

    void same(const char* law, const char* one_side, std::uint64_t one, const char* other_side,
              std::uint64_t other) {
        if (one == other || broken_) return;
        broken_ = fmt::format("{}: {} {}, but {} {}", law, one_side, one, other_side, other);
    }
    /// `one` may be more than `other` by at most `slack`, and less by as much.
    void close(const char* law, const char* one_side, std::uint64_t one, const char* other_side,
               std::uint64_t other, std::uint64_t slack) {
        if (one - other <= slack || other - one <= slack || broken_) return;
        broken_ = fmt::format("{}: {} {}, but {} {}, which is more than {} apart", law, one_side,
                              one, other_side, other, slack);
    }

  private:
    BrokenLaw& broken_;
};

/// The levels that are integrated are those that are there.
void compare_levels(const StationAccount& station, const StationCount& found, Laws& laws) {
    const auto queued = station.at(Level::queued).level;
    laws.same("levels", "requests counted as queued", queued, "in the queue are", found.queued);
    laws.same("levels", "requests counted as queued", queued, "the queue says",
              found.station_queued);
    laws.same("levels", "slots or cores counted as busy", station.at(Level::busy).level,
              "the station says", station.shares_cores ? found.cores : found.station_busy);
    laws.same("levels", "slots or cores counted as in own work", station.at(Level::working).level,
              "in own work are", station.shares_cores ? found.cores : found.working);
    laws.same("levels", "slots that the station counts", found.station_busy, "held or hung are",
              found.holders + station.hung.level);
    if (!station.shares_cores) return;
    laws.same("levels", "jobs in own work", found.working, "the cores say", found.jobs);
}

/// What slots and cores did.
void compare_work(const StationAccount& station, const StationCount& found, sim::SimTime now,
                  Laws& laws) {
    const auto busy = station.at(Level::working).until(now);
    const auto work = station.work + station.stood_still + found.work;
    if (station.shares_cores) {
        if (station.hindered && work <= busy) return;
        laws.close("utilisation law", "busy time of the cores, ns,", busy, "the work done is", work,
                   2 * (station.core_changes + found.jobs));
        return;
    }
    laws.same("utilisation law", "time of slots in own work, ns,", busy, "the work done is", work);
    laws.same("Little's law of the slots", "integral of slots held, ns,",
              station.at(Level::busy).until(now), "the sum of the times they were held is",
              station.holds + found.holds + station.hung.until(now));
}

}  // namespace

LevelIntegral StationAccount::present() const {
    std::uint64_t gone = 0;
    for (const auto count : left) gone += count;
    return {arrived - gone, moments};
}

void StationAccount::fail_bound(Level which, const Bounded& level) {
    const char* what = which == Level::queued ? "requests are queued" : "slots or cores are busy";
    throw sim::InternalError(fmt::format("invariant violated: bounds: {} {}, but there are {}",
                                         static_cast<std::int64_t>(level.level), what,
                                         level.bound));
}

BrokenLaw check_flow(const FlowAccount& flow, std::uint64_t under_way) {
    BrokenLaw broken;
    Laws(broken).same("conservation", "requests that came", flow.arrived,
                      "those that ended and those under way", flow.ended + under_way);
    return broken;
}

BrokenLaw check_outcomes(std::uint64_t arrived, const OutcomeCounts& outcomes,
                         std::uint64_t under_way) {
    const auto count = [&](Outcome one) { return outcomes[static_cast<std::size_t>(one)]; };
    const auto completed = count(Outcome::ok) + count(Outcome::degraded);
    const auto refused = count(Outcome::refused) + count(Outcome::shed) +
                         count(Outcome::throttled) + count(Outcome::breaker_open);
    std::uint64_t sum = 0;
    for (const auto one : outcomes) sum += one;
    const auto unfinished = count(Outcome::unfinished);
    const auto failed = sum - completed - refused - unfinished;
    BrokenLaw broken;
    Laws laws(broken);
    if (sum != arrived) {
        broken = fmt::format(
            "conservation: requests measured {}, but {} were completed, {} failed, {} refused, "
            "and {} in flight",
            arrived, completed, failed, refused, unfinished);
    }
    laws.same("conservation", "requests reported in flight", unfinished, "there are", under_way);
    return broken;
}

BrokenLaw check_edge(const EdgeAccount& edge, const EdgeCount& found) {
    BrokenLaw broken;
    Laws laws(broken);
    laws.same("conservation", "calls that began", edge.calls,
              "those that ended, were given up, and are under way",
              edge.calls_ended + edge.calls_dropped + found.calls);
    laws.same("conservation", "tries that began", edge.tries,
              "those that ended, were given up, and are under way",
              edge.tries_ended + edge.tries_dropped + found.tries);
    return broken;
}

BrokenLaw check_queue(const QueueAccount& queue, std::uint64_t messages) {
    const auto count = [&](MessageEvent event) { return queue[static_cast<std::size_t>(event)]; };
    BrokenLaw broken;
    Laws(broken).same("conservation", "messages stored", count(MessageEvent::stored),
                      "those acknowledged, dead, expired, lost, and still there",
                      count(MessageEvent::acknowledged) + count(MessageEvent::dead) +
                          count(MessageEvent::expired) + count(MessageEvent::lost) + messages);
    return broken;
}

BrokenLaw check_station(const StationAccount& station, const StationCount& found,
                        sim::SimTime now) {
    BrokenLaw broken;
    Laws laws(broken);
    const auto present = station.present();
    laws.same("conservation", "requests that came less those served, refused, cancelled and lost",
              present.level, "present are", found.present);
    compare_levels(station, found, laws);
    laws.same("Little's law", "integral of requests present, ns,", present.until(now),
              "the sum of their sojourns is", station.sojourns + found.sojourns);
    laws.same("Little's law of the queue", "integral of requests queued, ns,",
              station.at(Level::queued).until(now), "the sum of their waits is",
              station.waits + found.waits);
    compare_work(station, found, now, laws);
    return broken;
}

}  // namespace models
