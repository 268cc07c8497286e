#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/metrics/request_trace.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The requests that arrive in [from, to), counted by flow and outcome; of each kind the worst is
/// known: of failures the one that caused most tries, then the longest; of good ones the longest;
/// of equals the first. From it somebody chooses one to look at.
class RequestCensus {
  public:
    RequestCensus(std::uint32_t flows, sim::SimTime from, sim::SimTime to)
        : from_(from), to_(to), kinds_(flows) {}

    /// Of one kind.
    struct Kind {
        std::uint64_t count = 0;
        RequestSeen worst;
    };

    [[nodiscard]] bool counts(sim::SimTime arrival) const {
        return arrival >= from_ && arrival < to_;
    }
    [[nodiscard]] sim::SimTime from() const { return from_; }
    void arrives(sim::SimTime arrival) { open_ += counts(arrival) ? 1 : 0; }
    void ends(const RequestSeen& seen);
    /// Nothing that is still to come changes it.
    [[nodiscard]] bool complete(sim::SimTime now) const { return now >= to_ && open_ == 0; }

    /// Replies of little use are a kind of their own: degraded, but not good.
    [[nodiscard]] const Kind& kind(std::uint32_t flow, Outcome outcome, bool good) const {
        return kinds_[flow][index_of(outcome, good)];
    }
    [[nodiscard]] std::uint32_t flows() const { return static_cast<std::uint32_t>(kinds_.size()); }

    /// The most common kind of failure, and its worst request; nothing: nothing failed. Of equally
    /// common ones the first, by flow.
    [[nodiscard]] std::optional<Kind> commonest_failure() const;
    /// The worst of all: a failure if there is one.
    [[nodiscard]] std::optional<Kind> worst() const;
    /// The worst that ended so.
    [[nodiscard]] std::optional<Kind> worst_of(Outcome outcome) const;
    [[nodiscard]] std::uint64_t failures() const;
    [[nodiscard]] std::uint64_t total() const;

  private:
    static constexpr std::size_t kKinds = 2 * kOutcomes;
    static std::size_t index_of(Outcome outcome, bool good) {
        return 2 * static_cast<std::size_t>(outcome) + (good ? 1 : 0);
    }
    template <class Use>
    void for_each_kind(const Use& use) const;

    sim::SimTime from_;
    sim::SimTime to_;
    std::vector<std::array<Kind, kKinds>> kinds_;  ///< by flow
    std::uint64_t open_ = 0;
};

/// Whether `a` is the worse of two, for somebody who looks for trouble.
bool is_worse(const RequestSeen& a, const RequestSeen& b);

}  // namespace models
