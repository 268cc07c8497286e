// The hold model: pop the earliest event, look at it, push a successor. Our pending-event set, with
// events that can be cancelled and with such that nobody cancels, against the plain thing to beat,
// a binary heap whose top is replaced in place, and against buckets that are sorted when their time
// comes, which only know events far enough apart: on the same increments and in turns, so that
// whatever else the machine does hits all alike.
//
//   hold [--smoke] [--rounds 15]     one JSON line per number of pending events
//
// All must pop the same events in the same order: the hash of what was popped is compared.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>
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
    static constexpr double kMean = 1e6;

    Increments() {
        for (std::size_t i = 0; i < kCount; ++i) {
            const double u = (static_cast<double>(sim::mix64(i + 1) >> 11) + 0.5) * 0x1.0p-53;
            values_[i] = 1 + static_cast<std::int64_t>(-kMean * std::log(u));
        }
    }
    [[nodiscard]] std::int64_t operator[](std::uint64_t i) const { return values_[i % kCount]; }

  private:
    static constexpr std::size_t kCount = 1U << 16;
    std::vector<std::int64_t> values_ = std::vector<std::int64_t>(kCount);
};

struct Entry {
    std::int64_t at;
    std::uint64_t inserted;
    Event event;
    [[nodiscard]] bool before(const Entry& other) const {
        return at != other.at ? at < other.at : inserted < other.inserted;
    }
};

/// The yardstick: (time, insertion) and payload in one array, compared field by field.
class PlainHeap {
  public:
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

/// Buckets of equal width, about 16 events in each, in a ring that holds 40 mean increments: one is
/// sorted when its time comes. Width and ring must be known beforehand, so that this is no queue
/// for everything: it shows how far a heap is from what is possible.
class LazyBuckets {
  public:
    LazyBuckets(double mean_increment, std::uint32_t pending)
        : per_width_(pending / (16 * mean_increment)) {
        std::size_t count = 1;
        while (static_cast<double>(count) < 40 * mean_increment * per_width_) count *= 2;
        buckets_.resize(count);
    }
    void push(std::int64_t at, Event event) {
        const Entry entry{at, inserted_++, event};
        const auto bucket = static_cast<std::uint64_t>(static_cast<double>(at) * per_width_);
        if (bucket >= next_) {
            buckets_[bucket & (buckets_.size() - 1)].push_back(entry);
            return;
        }
        std::size_t i = now_.size();
        now_.push_back(entry);
        for (; i > 0 && now_[i - 1].before(entry); --i) now_[i] = now_[i - 1];
        now_[i] = entry;
    }
    Entry pop() {
        while (now_.empty()) {
            now_.swap(buckets_[next_++ & (buckets_.size() - 1)]);
            std::sort(now_.begin(), now_.end(),
                      [](const Entry& a, const Entry& b) { return b.before(a); });
        }
        const Entry earliest = now_.back();
        now_.pop_back();
        return earliest;
    }

  private:
    double per_width_;
    std::vector<std::vector<Entry>> buckets_;
    std::vector<Entry> now_;  ///< the latest first
    std::uint64_t next_ = 0;
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

enum class Cancelling { possible, never };

template <Cancelling cancelling>
class OurHold {
  public:
    OurHold(const Increments& increments, std::uint32_t pending) : increments_(increments) {
        for (std::uint32_t i = 0; i < pending; ++i) push(increments_[i], Event{i & 3U, i});
    }
    void run(std::uint64_t holds) {
        for (std::uint64_t i = 0; i < holds; ++i) {
            const auto entry = queue_.pop();
            const Event next = dispatch_(entry.at.ns, entry.payload);
            push(entry.at.ns + increments_[dispatch_.count], next);
        }
    }
    [[nodiscard]] std::uint64_t hash() const { return dispatch_.hash; }

  private:
    void push(std::int64_t at, Event event) {
        if constexpr (cancelling == Cancelling::never) {
            queue_.post(sim::SimTime{at}, sim::EventClass::normal, event);
        } else {
            queue_.push(sim::SimTime{at}, sim::EventClass::normal, event);
        }
    }

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

class BucketHold {
  public:
    BucketHold(const Increments& increments, std::uint32_t pending)
        : increments_(increments), buckets_(Increments::kMean, pending) {
        for (std::uint32_t i = 0; i < pending; ++i) buckets_.push(increments_[i], Event{i & 3U, i});
    }
    void run(std::uint64_t holds) {
        for (std::uint64_t i = 0; i < holds; ++i) {
            const Entry entry = buckets_.pop();
            const Event next = dispatch_(entry.at, entry.event);
            buckets_.push(entry.at + increments_[dispatch_.count], next);
        }
    }
    [[nodiscard]] std::uint64_t hash() const { return dispatch_.hash; }

  private:
    const Increments& increments_;
    LazyBuckets buckets_;
    Dispatch dispatch_;
};

template <class Hold>
double ns_per_hold(Hold& hold, std::uint64_t holds) {
    const double start = bench::cpu_seconds();
    hold.run(holds);
    return (bench::cpu_seconds() - start) * 1e9 / static_cast<double>(holds);
}

/// Runs all in turns and prints one line; false when they popped different events.
bool compare(const Increments& increments, std::uint32_t pending, std::uint64_t holds, int rounds) {
    OurHold<Cancelling::possible> ours(increments, pending);
    OurHold<Cancelling::never> posted(increments, pending);
    PlainHold plain(increments, pending);
    BucketHold buckets(increments, pending);
    ours.run(holds);  // the first round reaches the steady state and is not timed
    posted.run(holds);
    plain.run(holds);
    buckets.run(holds);
    std::vector<double> our_ns;
    std::vector<double> posted_ns;
    std::vector<double> plain_ns;
    std::vector<double> bucket_ns;
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
        our_ns.push_back(ns_per_hold(ours, holds));
        posted_ns.push_back(ns_per_hold(posted, holds));
        plain_ns.push_back(ns_per_hold(plain, holds));
        bucket_ns.push_back(ns_per_hold(buckets, holds));
        ratios.push_back(our_ns.back() / plain_ns.back());
    }
    const bool same = ours.hash() == plain.hash() && ours.hash() == buckets.hash() &&
                      ours.hash() == posted.hash();
    fmt::print(
        "{{\"bench\": \"hold\", \"pending\": {}, \"firedrill_ns\": {:.1f}, "
        "\"posted_ns\": {:.1f}, "
        "\"plain_heap_ns\": {:.1f}, \"lazy_buckets_ns\": {:.1f}, \"ratio\": {:.3f}, "
        "\"rounds\": {}, \"hash\": \"{:016x}\", \"same\": {}}}\n",
        pending, bench::median(our_ns), bench::median(posted_ns), bench::median(plain_ns),
        bench::median(bucket_ns), bench::median(ratios), rounds, sim::mix64(ours.hash()), same);
    return same;
}

}  // namespace

int main(int argc, char** argv) {
    const bool smoke = argc > 1 && std::string_view(argv[1]) == "--smoke";
    const bool told = argc > 2 && std::string_view(argv[1]) == "--rounds";
    const int rounds = smoke ? 3 : told ? std::atoi(argv[2]) : 15;
    const Increments increments;
    bool same = true;
    for (std::uint32_t pending = 1; pending <= (smoke ? 10'000U : 1'000'000U); pending *= 10) {
        same = compare(increments, pending, smoke ? 20'000 : 1'000'000, rounds) && same;
    }
    return same ? 0 : 1;
}
