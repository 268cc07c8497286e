// The hold model: pop the earliest event, look at it, push a successor. Our pending-event set
// against the plain thing to beat, a binary heap whose top is replaced in place, on the same
// increments and in turns, so that whatever else the machine does hits both alike.
//
//   hold [--smoke]     one JSON line per number of pending events
//
// Both must pop the same events in the same order: the hash of what was popped is compared.

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bench/measure.hpp"
#include "sim/core/event_queue.hpp"
#include "sim/core/hash.hpp"
#include "sim/core/time.hpp"

namespace {

struct Event {
    std::uint32_t kind;
    std::uint32_t subject;
};

/// Exponential increments with a mean of 1 ms, drawn beforehand.
class Increments {
  public:
    Increments() {
        for (std::size_t i = 0; i < kCount; ++i) {
            const double u = (static_cast<double>(sim::mix64(i + 1) >> 11) + 0.5) * 0x1.0p-53;
            values_[i] = 1 + static_cast<std::int64_t>(-1e6 * std::log(u));
        }
    }
    [[nodiscard]] std::int64_t operator[](std::uint64_t i) const { return values_[i % kCount]; }

  private:
    static constexpr std::size_t kCount = 1U << 16;
    std::vector<std::int64_t> values_ = std::vector<std::int64_t>(kCount);
};

/// The yardstick: (time, insertion) and payload in one array, compared field by field.
class PlainHeap {
  public:
    struct Entry {
        std::int64_t at;
        std::uint64_t inserted;
        Event event;
        [[nodiscard]] bool before(const Entry& other) const {
            return at != other.at ? at < other.at : inserted < other.inserted;
        }
    };

    void push(std::int64_t at, Event event) {
        const Entry entry{at, inserted_++, event};
        std::size_t i = entries_.size();
        entries_.push_back(entry);
        for (; i > 0 && entry.before(entries_[(i - 1) / 2]); i = (i - 1) / 2) {
            entries_[i] = entries_[(i - 1) / 2];
        }
        entries_[i] = entry;
    }
    [[nodiscard]] const Entry& top() const { return entries_.front(); }
    void replace_top(std::int64_t at, Event event) {
        const Entry entry{at, inserted_++, event};
        const std::size_t size = entries_.size();
        std::size_t i = 0;
        for (std::size_t child = 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && entries_[child + 1].before(entries_[child])) ++child;
            if (!entries_[child].before(entry)) break;
            entries_[i] = entries_[child];
            i = child;
        }
        entries_[i] = entry;
    }

  private:
    std::vector<Entry> entries_;
    std::uint64_t inserted_ = 0;
};

/// What a model would do with an event, reduced to a sum that depends on the order.
struct Dispatch {
    std::uint64_t hash = 0;
    std::uint64_t count = 0;

    Event operator()(std::int64_t at, Event event) {
        hash = (hash << 7 | hash >> 57) ^ (static_cast<std::uint64_t>(at) + event.subject);
        ++count;
        return {(event.kind + 1) & 3U, event.subject};
    }
};

class OurHold {
  public:
    OurHold(const Increments& increments, std::uint32_t pending) : increments_(increments) {
        for (std::uint32_t i = 0; i < pending; ++i) {
            queue_.push(sim::SimTime{increments_[i]}, sim::EventClass::normal, Event{i & 3U, i});
        }
    }
    void run(std::uint64_t holds) {
        for (std::uint64_t i = 0; i < holds; ++i) {
            const auto entry = queue_.pop();
            const Event next = dispatch_(entry.at.ns, entry.payload);
            queue_.push(sim::SimTime{entry.at.ns + increments_[dispatch_.count]},
                        sim::EventClass::normal, next);
        }
    }
    [[nodiscard]] std::uint64_t hash() const { return dispatch_.hash; }

  private:
    const Increments& increments_;
    sim::EventQueue<Event> queue_;
    Dispatch dispatch_;
};

class PlainHold {
  public:
    PlainHold(const Increments& increments, std::uint32_t pending) : increments_(increments) {
        for (std::uint32_t i = 0; i < pending; ++i) heap_.push(increments_[i], Event{i & 3U, i});
    }
    void run(std::uint64_t holds) {
        for (std::uint64_t i = 0; i < holds; ++i) {
            const std::int64_t at = heap_.top().at;
            const Event next = dispatch_(at, heap_.top().event);
            heap_.replace_top(at + increments_[dispatch_.count], next);
        }
    }
    [[nodiscard]] std::uint64_t hash() const { return dispatch_.hash; }

  private:
    const Increments& increments_;
    PlainHeap heap_;
    Dispatch dispatch_;
};

template <class Hold>
double ns_per_hold(Hold& hold, std::uint64_t holds) {
    const double start = bench::cpu_seconds();
    hold.run(holds);
    return (bench::cpu_seconds() - start) * 1e9 / static_cast<double>(holds);
}

/// Runs both in turns and prints one line; false when they popped different events.
bool compare(const Increments& increments, std::uint32_t pending, std::uint64_t holds, int rounds) {
    OurHold ours(increments, pending);
    PlainHold plain(increments, pending);
    ours.run(holds);  // the first round reaches the steady state and is not timed
    plain.run(holds);
    std::vector<double> our_ns;
    std::vector<double> plain_ns;
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
        our_ns.push_back(ns_per_hold(ours, holds));
        plain_ns.push_back(ns_per_hold(plain, holds));
        ratios.push_back(our_ns.back() / plain_ns.back());
    }
    const bool same = ours.hash() == plain.hash();
    fmt::print(
        "{{\"bench\": \"hold\", \"pending\": {}, \"firedrill_ns\": {:.1f}, "
        "\"plain_heap_ns\": {:.1f}, \"ratio\": {:.3f}, \"rounds\": {}, "
        "\"hash\": \"{:016x}\", \"same\": {}}}\n",
        pending, bench::median(our_ns), bench::median(plain_ns), bench::median(ratios), rounds,
        sim::mix64(ours.hash()), same);
    return same;
}

}  // namespace

int main(int argc, char** argv) {
    const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
    const Increments increments;
    bool same = true;
    for (const std::uint32_t pending : {100U, 10'000U, 1'000'000U}) {
        if (smoke && pending > 10'000U) continue;
        same = compare(increments, pending, smoke ? 20'000 : 1'000'000, smoke ? 3 : 15) && same;
    }
    return same ? 0 : 1;
}
