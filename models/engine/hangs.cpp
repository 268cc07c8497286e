// Slots and connections that do not come back until their process restarts. A worker that hangs
// holds its slot like any other, but nobody gives it back: the rest of the engine need not know.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "models/engine/world.hpp"

namespace models {

void World::apply_hangs(const Conditions& before) {
    for (const auto& one : before.hangs) {
        if (of_fault(conditions_.hangs, one.fault) == nullptr) {
            simulator_.cancel(next_hangs_[one.fault]);
        }
    }
    std::vector<std::uint32_t> begun;
    for (const auto& one : conditions_.hangs) {
        if (of_fault(before.hangs, one.fault) == nullptr) begun.push_back(one.fault);
    }
    for (const auto fault : begun) hang_due(fault);
}

void World::hang_due(std::uint32_t fault) {
    next_hangs_[fault] = sim::EventHandle{};
    const HangConditions* hangs = of_fault(conditions_.hangs, fault);
    SIM_ASSERT(hangs != nullptr);
    for (std::uint32_t i = 0; i < stations_.size(); ++i) {
        if (hangs->instances[i] == 0 || stations_[i].state != InstanceState::up) continue;
        if (conditions_.instances[i].paused) continue;
        const auto limit = config_at(InstanceId{i}).concurrency;
        const auto share = limit == kUnlimited ? 0.0 : std::ceil(hangs->share * limit);
        hang(InstanceId{i}, hangs->slots > 0 ? hangs->slots : static_cast<std::uint32_t>(share));
    }
    if (hangs->every != sim::kForever) {
        next_hangs_[fault] = after(hangs->every, {EventKind::hang_due, fault});
    }
}

/// Idle workers hang at once. Of the others those whose requests are first by their key: a request
/// ends as it would have, and its worker does not come back.
void World::hang(InstanceId id, std::uint32_t slots) {
    auto& station = stations_[id.value];
    for (; slots > 0 && has_free_slot(id); --slots) {
        if (config_at(id).server.threads) station.server->threads.resumes();
        ++station.busy;
        if (!station.shares_cores()) change_level(id, Level::busy, 1);
        books_.accounts.stations[id.value].hung.change(1, simulator_.now());
    }
    if (slots == 0) return;
    std::vector<AttemptId> holders;
    for (std::uint32_t i = 0; i < attempts_.capacity(); ++i) {
        const AttemptId one{i};
        if (!attempts_.is_live(one) || !(attempts_[one].instance == id)) continue;
        const auto& attempt = attempts_[one];
        const bool works =
            attempt.state == AttemptState::working || attempt.state == AttemptState::calling;
        if (works && attempt.holds_slot && !attempt.refusing) holders.push_back(one);
    }
    std::sort(holders.begin(), holders.end(), [&](AttemptId a, AttemptId b) {
        const auto& x = attempts_[a];
        const auto& y = attempts_[b];
        return std::tie(x.number, x.path) < std::tie(y.number, y.path);
    });
    const auto count = std::min<std::size_t>(slots, holders.size());
    for (std::size_t i = 0; i < count; ++i) {
        auto& attempt = attempts_[holders[i]];
        attempt.holds_slot = false;
        note_hold(attempt);
        account_of(attempt).hung.change(1, simulator_.now());
    }
}

}  // namespace models
