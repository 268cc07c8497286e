#pragma once

#include <cstdint>

#include "models/engine/ordered_line.hpp"
#include "models/traffic/scalability.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Own work of one instance that shares `cores` (SEMANTICS 5): of n jobs each progresses at
/// min(1, cores/n), and if they are in each other's way at 1/(1 + contention (n-1) + coherency n
/// (n-1)) of that (Gunther, Guerrilla Capacity Planning, 2007).
///
/// All jobs progress alike, so one clock of progress serves them all: a job of length w that joins
/// when the clock shows V ends when it shows V + w, and only the least of these marks needs an
/// event. The clock counts 2^-32 ns and is rounded down whenever the jobs change; an end is rounded
/// up to the next whole nanosecond of simulated time. So no job ends before its work is done, and
/// each is late by less than a nanosecond for every job that ended while it was there. While
/// n <= cores nothing is rounded: work ends exactly after its length. (A rate that contention makes
/// is itself rounded to 2^-32.)
class SharedCores {
  public:
    explicit SharedCores(std::uint32_t cores, Scalability scalability = {})
        : cores_(cores), scalability_(scalability) {}

    [[nodiscard]] std::uint32_t jobs() const { return line_.size(); }
    /// Cores at work.
    [[nodiscard]] std::uint32_t busy() const { return jobs() < cores_ ? jobs() : cores_; }
    /// When the next job ends if none joins or leaves before; kNever without jobs.
    [[nodiscard]] sim::SimTime next_end() const;

    template <class Attempts>
    void add(Attempts& attempts, AttemptId id, sim::Duration work, sim::SimTime now) {
        advance(now);
        line_.push(attempts, id, clock_ + (static_cast<WideKey>(work.ns) << kFraction));
    }

    /// The job leaves; the work that is left of it, rounded up.
    template <class Attempts>
    sim::Duration remove(Attempts& attempts, AttemptId id, sim::SimTime now) {
        advance(now);
        return whole(line_.remove(attempts, id) - clock_);
    }

    /// The work that is left of a job, as `remove` would say.
    template <class Attempts>
    [[nodiscard]] sim::Duration left(const Attempts& attempts, AttemptId id,
                                     sim::SimTime now) const {
        return whole(line_.key_of(attempts, id) - clock_at(now));
    }

    /// No job progresses from `stop` until `go_on`; none joins or leaves meanwhile.
    void stop(sim::SimTime now) { advance(now); }
    void go_on(sim::SimTime now) { since_ = now; }

    /// The job that ends next. Call it at `next_end`.
    [[nodiscard]] AttemptId first() const { return line_.front(); }

  private:
    static constexpr unsigned kFraction = 32;

    [[nodiscard]] static sim::Duration whole(WideKey left) {
        if (left <= 0) return sim::Duration{};
        return sim::Duration{
            static_cast<std::int64_t>((left + (WideKey{1} << kFraction) - 1) >> kFraction)};
    }
    [[nodiscard]] WideKey clock_at(sim::SimTime now) const;
    void advance(sim::SimTime now);
    /// Progress of a job in its time, in 2^-32, when jobs are in each other's way.
    [[nodiscard]] WideKey hindered_rate() const;

    OrderedLine line_;
    WideKey clock_ = 0;
    sim::SimTime since_{};  ///< of `clock_`
    std::uint32_t cores_;
    Scalability scalability_;
};

}  // namespace models
