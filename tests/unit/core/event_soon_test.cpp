// The few that are sorted, against a plain sorted list: every way to change them, at both ends of
// time, and with many at one instant.
#include "sim/core/event_soon.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "sim/core/rng.hpp"
#include "tests/catch.hpp"

namespace soon_events {
namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

struct Pending {
    std::int64_t at = 0;
    std::uint64_t order = 0;
    std::uint32_t payload = 0;

    [[nodiscard]] bool comes_before(const Pending& other) const {
        return std::pair(at, order) < std::pair(other.at, other.order);
    }
};
using Soon = sim::SoonEvents<Pending>;

/// Both lists, changed alike.
class Twin {
  public:
    explicit Twin(std::int64_t spread) : spread_(spread) {}

    void step() {
        switch (rng_.below(16)) {
            case 0:
                return give_latest();
            case 1:
                return remove_some();
            case 2:
                return assign();
            case 3:
            case 4:
            case 5:
            case 6:
                if (!sorted_.empty()) pop();
                return;
            default:
                if (!soon_.full()) put(draw());
        }
    }
    void check() const {
        REQUIRE(soon_.size() == sorted_.size());
        for (std::size_t i = 0; i < sorted_.size(); ++i) {
            REQUIRE(soon_.after(i).payload == sorted_[i].payload);
        }
        const auto at = sorted_.empty() ? 0 : sorted_[sorted_.size() / 2].at;
        const auto from = std::count_if(sorted_.begin(), sorted_.end(),
                                        [&](const Pending& one) { return one.at >= at; });
        REQUIRE(soon_.count_from(at) == static_cast<std::size_t>(from));
        if (sorted_.empty()) {
            REQUIRE(soon_.soonest().order == kBoundOrder);
        } else {
            REQUIRE(soon_.latest().payload == sorted_.back().payload);
        }
    }
    [[nodiscard]] std::size_t ties() const { return ties_; }

  private:
    static constexpr std::uint64_t kBoundOrder = ~std::uint64_t{0};

    /// Their orders do not rise: a lane's front is older than what stands here.
    Pending draw() {
        auto at = static_cast<std::int64_t>(rng_.below(100)) * spread_;
        if (rng_.below(50) == 0) at = rng_.below(2) == 0 ? kLast : kFirst;
        return {at, (std::uint64_t{rng_.below(1U << 20)} << 24) | made_, made_++};
    }
    void put(const Pending& one) {
        REQUIRE(soon_.accepts(one.at, one.order));
        soon_.put(one.at, one.order, one.payload);
        for (const auto& other : sorted_) ties_ += other.at == one.at ? 1 : 0;
        insert(one);
    }
    void insert(const Pending& one) {
        const auto later = std::find_if(sorted_.begin(), sorted_.end(), [&](const Pending& other) {
            return one.comes_before(other);
        });
        sorted_.insert(later, one);
    }
    void pop() {
        REQUIRE(soon_.soonest().payload == sorted_.front().payload);
        soon_.pop();
        sorted_.erase(sorted_.begin());
    }
    void give_latest() {
        const auto count = rng_.below(static_cast<std::uint32_t>(sorted_.size()) + 1);
        soon_.give_latest(count, [&](const Pending& one) {
            REQUIRE(one.payload == sorted_.back().payload);
            sorted_.pop_back();
        });
    }
    void remove_some() {
        const auto one_in = rng_.below(3) + 1;
        const auto drop = [&](const Pending& one) { return one.payload % one_in == 0; };
        soon_.remove_if(drop);
        std::erase_if(sorted_, drop);
    }
    void assign() {
        while (!sorted_.empty()) pop();
        for (auto count = rng_.below(Soon::kMost + 1); count > 0; --count) insert(draw());
        soon_.assign(sorted_.data(), sorted_.size());
    }

    sim::KeyedRng rng_{sim::RngStream(1, 0, "soon", "model"), 0, 0};
    std::int64_t spread_;
    std::uint32_t made_ = 0;
    std::size_t ties_ = 0;
    Soon soon_{kLast, kBoundOrder};
    std::vector<Pending> sorted_;
};

}  // namespace
}  // namespace soon_events

using soon_events::Soon;
using soon_events::Twin;

TEST_CASE("the few sorted events agree with a sorted list") {
    const std::int64_t spread = GENERATE(0, 1, 1'000'000'000);
    Twin twin(spread);
    for (int i = 0; i < 20'000; ++i) {
        twin.step();
        twin.check();
    }
    CHECK(twin.ties() > 100);
}

TEST_CASE("the few sorted events take what comes before their bound") {
    Soon soon(100, 7);
    CHECK(soon.accepts(99, 8));
    CHECK(soon.accepts(100, 6));
    CHECK_FALSE(soon.accepts(100, 7));
    CHECK_FALSE(soon.accepts(101, 0));
    soon.put(100, 6, 1U);
    CHECK(soon.soonest().payload == 1);
    soon.pop();
    CHECK(soon.soonest().at == 100);
    CHECK(soon.soonest().order == 7);
    soon.bound(50, 0);
    CHECK_FALSE(soon.accepts(50, 0));
}
