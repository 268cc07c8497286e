#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/core/event_queue.hpp"
#include "sim/core/fingerprint.hpp"
#include "sim/core/time.hpp"

namespace sim {

/// Bounds that keep any scenario from exhausting the process; exceeding one ends the run with a
/// message that names the limit and the option that raises it.
struct Limits {
    std::uint64_t events = 20'000'000'000;
    std::uint32_t pending = 4'000'000;
    std::uint32_t in_flight = 4'000'000;  ///< attempts alive at once
};

/// Why a run stopped before its end.
struct LimitExceeded {
    std::string limit;   ///< e.g. "events"
    std::string option;  ///< e.g. "--max-events"
    std::uint64_t value = 0;
    SimTime at;

    friend bool operator==(const LimitExceeded&, const LimitExceeded&) = default;
};

/// What is to be fetched for a coming event, one step after the other, each of which reads what the
/// one before has asked for: its record, what that names itself, what is behind that, and what is
/// behind that again.
enum class Ahead : std::uint8_t { record, named, behind, last };

/// Clock, queue, limits and fingerprint. `World` has `void handle(const Event&)` and
/// `std::uint32_t in_flight() const`, asked every few thousand events. It may have
/// `void prefetch(const Event&, Ahead)`: told while others are handled which events will probably
/// come, each one from afar, then nearer, then next to come, so that what it needs is fetched
/// meanwhile; and `bool prefetches() const`: whether it wants to know, asked as often.
template <class Event>
class Simulator {
  public:
    explicit Simulator(SimTime start, const Limits& limits) : now_(start), limits_(limits) {}

    [[nodiscard]] SimTime now() const { return now_; }
    [[nodiscard]] std::uint64_t dispatched() const { return dispatched_; }
    [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_.value(); }
    [[nodiscard]] const Limits& limits() const { return limits_; }

    EventHandle at(SimTime when, Event event, EventClass rank = EventClass::normal) {
        SIM_ASSERT(when >= now_);
        return queue_.push(when, rank, event);
    }
    EventHandle after(Duration delay, Event event, EventClass rank = EventClass::normal) {
        return at(now_ + delay, event, rank);
    }
    /// As `at`, for an event that nobody cancels: cheaper.
    void post(SimTime when, Event event, EventClass rank = EventClass::normal) {
        SIM_ASSERT(when >= now_);
        queue_.post(when, rank, event);
    }

    /// As `post`, of a source that has one pending at a time (EventQueue::post_of_source).
    void post_of_source(SimTime when, Event event) {
        SIM_ASSERT(when >= now_);
        queue_.post_of_source(when, event);
    }

    /// Says that many events will come that long after they are scheduled: `at_usual` is then
    /// cheaper for them. Beyond the first few delays this does nothing, nor for no delay at all,
    /// which is cheapest anyway; it never changes an order.
    void expect(Duration delay) {
        if (delay.ns == 0) return;
        auto& usual = usual_[place_of(static_cast<std::uint64_t>(delay.ns))];
        if (lanes_ == EventQueue<Event>::kMaxLanes || usual.lane != kNoLane) return;
        usual = {static_cast<std::uint64_t>(delay.ns), lanes_++};
    }
    EventHandle at_usual(SimTime when, Event event, EventClass rank = EventClass::normal) {
        const auto lane = lane_of(when);
        return lane != kNoLane ? queue_.push(when, rank, event, lane)
                               : queue_.push(when, rank, event);
    }
    /// As `at_usual`, for an event that nobody cancels: cheaper. One that comes at once and before
    /// every other does not even enter the queue.
    void post_usual(SimTime when, Event event) {
        if (when != now_ || has_next_ || !queue_.is_idle_until(now_)) {
            return post_in_lane(when, event);
        }
        next_ = event;
        has_next_ = true;
    }
    /// Asks for what `cancel` will look at.
    void prefetch(EventHandle handle) const { queue_.prefetch(handle); }
    bool cancel(EventHandle& handle) {
        const bool was_pending = queue_.cancel(handle);
        handle = EventHandle{};
        return was_pending;
    }

    /// Dispatches every event up to and including `until`; the clock ends there unless a limit
    /// stopped the run.
    template <class World>
    std::optional<LimitExceeded> run(SimTime until, World& world) {
        Event event;
        bool wants = wants_to_know(world);
        while (next(until, event)) {
            fingerprint_.add(now_, event.word());
            if constexpr (kIsTold<World>) {
                if (wants) look_ahead(world);
            }
            world.handle(event);
            if ((++dispatched_ & 0xFFF) == 0) {
                if (auto stop = check_limits(world)) return stop;
                wants = wants_to_know(world);
            }
        }
        now_ = until;
        return std::nullopt;
    }

  private:
    static constexpr std::uint32_t kNoLane = 0xFFFFFFFFU;
    struct Usual {
        std::uint64_t delay = 0;
        std::uint32_t lane = kNoLane;
    };
    /// Where in `usual_` the delay is, if anywhere: a multiplicative hash to 6 bits.
    static std::size_t place_of(std::uint64_t delay) {
        return (delay * 0x9E3779B97F4A7C15ULL) >> 58;
    }

    [[gnu::noinline]] void post_in_lane(SimTime when, Event event) {
        const auto lane = lane_of(when);
        if (lane != kNoLane) {
            queue_.post(when, EventClass::normal, event, lane);
        } else {
            queue_.post(when, EventClass::normal, event);
        }
    }
    /// Moves the clock to the next event, when there is one not after `until`.
    bool next(SimTime until, Event& event) {
        if (has_next_) {
            event = next_;
            has_next_ = false;
            return true;
        }
        typename EventQueue<Event>::Entry entry;
        if (!queue_.pop_until(until, entry)) return false;
        SIM_ASSERT(entry.at >= now_);
        now_ = entry.at;
        event = entry.payload;
        return true;
    }

    /// Of the events expected; kNoLane: not one of those.
    [[nodiscard]] std::uint32_t lane_of(SimTime when) const {
        SIM_ASSERT(when >= now_);
        const auto delay =
            static_cast<std::uint64_t>(when.ns) - static_cast<std::uint64_t>(now_.ns);
        const auto& usual = usual_[place_of(delay)];
        return usual.delay == delay ? usual.lane : kNoLane;
    }

    static constexpr std::size_t kLastStep = 3;  ///< among the sorted ones
    static constexpr std::array<std::uint32_t, 4> kLaneSteps = {16, 10, 6, 3};

    template <class World>
    static constexpr bool kIsTold = requires(World& world, const Event& event) {
        world.prefetch(event, Ahead::record);
    };
    template <class World>
    static bool wants_to_know([[maybe_unused]] const World& world) {
        if constexpr (kIsTold<World>) return world.prefetches();
        return false;
    }
    /// Every event is told of once for each step: a few that are sorted together when they are, and
    /// before that as far as they are known; those of lanes when they pass a place in it.
    template <class World>
    [[gnu::noinline]] void look_ahead(World& world) {
        if (seen_sorted_ != queue_.times_sorted()) {
            seen_sorted_ = queue_.times_sorted();
            look_at_sorted(world);
        }
        if (queue_.sorted() > kLastStep) {
            world.prefetch(queue_.upcoming(kLastStep), Ahead::last);
        }
        if (seen_lanes_ == queue_.left_lanes()) return;
        seen_lanes_ = queue_.left_lanes();
        for (std::size_t step = 0; step < kLaneSteps.size(); ++step) {
            const auto* event = queue_.upcoming_of(queue_.last_lane(), kLaneSteps[step]);
            if (event != nullptr) world.prefetch(*event, static_cast<Ahead>(step));
        }
    }
    template <class World>
    void look_at_sorted(World& world) {
        const auto sorted = queue_.sorted();
        const auto tell = [&](std::size_t most, Ahead ahead) {
            for (std::size_t i = 0; i < std::min(most, sorted); ++i) {
                world.prefetch(queue_.upcoming(i), ahead);
            }
        };
        tell(sorted, Ahead::named);
        queue_.show_following([&](const Event& event, bool next) {
            world.prefetch(event, next ? Ahead::named : Ahead::record);
        });
        tell(sorted, Ahead::behind);
        tell(kLastStep, Ahead::last);
    }
    template <class World>
    [[gnu::noinline]] std::optional<LimitExceeded> check_limits(const World& world) const {
        if (dispatched_ >= limits_.events) {
            return LimitExceeded{"events", "--max-events", limits_.events, now_};
        }
        if (queue_.size() + (has_next_ ? 1 : 0) >= limits_.pending) {
            return LimitExceeded{"pending events", "--max-pending", limits_.pending, now_};
        }
        if (world.in_flight() >= limits_.in_flight) {
            return LimitExceeded{"attempts in flight", "--max-in-flight", limits_.in_flight, now_};
        }
        return std::nullopt;
    }

    EventQueue<Event> queue_;
    Event next_;             ///< comes at `now_`, before all that is in the queue
    bool has_next_ = false;  ///< ... when there is one
    std::array<Usual, 64> usual_{};
    std::uint32_t lanes_ = 0;
    // At the last look ahead:
    std::uint32_t seen_sorted_ = 0;
    std::uint32_t seen_lanes_ = 0;
    Fingerprint fingerprint_;
    SimTime now_;
    Limits limits_;
    std::uint64_t dispatched_ = 0;
};

}  // namespace sim
