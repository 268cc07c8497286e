// Customers. Open groups arrive as a Poisson process whether or not the system is slow; closed
// users think between requests. Block n of a group's arrival stream gives the gap to request n, and
// its second word the journey and the place of the customer.
#include <cmath>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint32_t kUserBits = 20;    // of a closed request's number; the rest counts cycles
constexpr std::uint64_t kArrivalPath = 1;  // draws of the same request that are about itself

/// Picks by share; the last journey takes what rounding leaves.
const Journey& pick_journey(const Group& group, double unit) {
    for (const auto& journey : group.journeys) {
        if (unit < journey.share) return journey;
        unit -= journey.share;
    }
    return group.journeys.back();
}

}  // namespace

void World::start_workloads() {
    for (std::uint32_t i = 0; i < model_.groups.size(); ++i) {
        const auto& group = model_.groups[i];
        groups_.push_back({sim::RngStream(key_.seed, key_.replication, group.name, "arrivals"),
                           sim::RngStream(key_.seed, key_.replication, group.name, "think"),
                           sim::hash_text(group.name), 0});
        if (group.rate_per_s) schedule_arrival(i);
        for (std::uint32_t user = 0; user < group.users; ++user) {
            SIM_ASSERT(user < (1U << kUserBits));
            users_.push_back({i, user, 0});
            let_user_think(static_cast<std::uint32_t>(users_.size() - 1));
        }
    }
}

void World::schedule_arrival(std::uint32_t group) {
    auto& state = groups_[group];
    sim::KeyedRng rng(state.arrivals, state.arrived, kArrivalPath);
    const double gap = -std::log(rng.unit()) / *model_.groups[group].rate_per_s;
    simulator_.after(sim::from_seconds(gap), {EventKind::customer_arrives, group});
}

void World::customer_arrives(std::uint32_t group) {
    const auto number = groups_[group].arrived++;
    schedule_arrival(group);
    start_request(group, number, 0);
}

void World::let_user_think(std::uint32_t user) {
    const auto& who = users_[user];
    const auto number = (static_cast<std::uint64_t>(who.cycle) << kUserBits) | who.number;
    sim::KeyedRng rng(groups_[who.group].think, number, kArrivalPath);
    const auto think = model_.groups[who.group].think_time.draw(rng);
    simulator_.after(think, {EventKind::user_returns, user});
}

void World::user_returns(std::uint32_t user) {
    auto& who = users_[user];
    const auto number = (static_cast<std::uint64_t>(who.cycle++) << kUserBits) | who.number;
    start_request(who.group, number, user);
}

void World::start_request(std::uint32_t group_index, std::uint64_t number, std::uint32_t user) {
    const auto& group = model_.groups[group_index];
    const auto& state = groups_[group_index];
    sim::KeyedRng rng(state.arrivals, number, kArrivalPath);
    rng();  // the gap
    const auto word = rng();
    const double unit = (static_cast<double>(word >> 32) + 0.5) * 0x1.0p-32;
    const auto& journey = pick_journey(group, unit);

    const RequestId id = requests_.allocate();
    auto& request = requests_[id];
    request.number = number;
    request.arrival = simulator_.now();
    request.flow = journey.flow;
    request.group = group_index;
    request.user = user;
    request.zone = group.zones[((word & 0xFFFFFFFFU) * group.zones.size()) >> 32];
    if (request.arrival.ns >= 0 && request.arrival.ns < model_.duration.ns) {
        ++offered_[journey.flow];
    }
    const auto path = sim::mix64(state.path);
    const CallId call =
        open_call(model_.policies[group.policy], journey.endpoint, journey.edge, number, path);
    calls_[call].request = id;
    request.call = call;
    begin_call(call);
}

void World::end_request(RequestId id, Outcome outcome) {
    const auto& request = requests_[id];
    notify(metrics_, RequestDone{request.flow, request.arrival, simulator_.now(), outcome,
                                 request.calls, request.tries, request.duplicates});
    const auto group = request.group;
    const auto user = request.user;
    requests_.free(id);
    if (model_.groups[group].users > 0) let_user_think(user);
}

/// What is still open at the end is a failure of its own kind.
void World::close_open_requests() {
    for (std::uint32_t i = 0; i < requests_.capacity(); ++i) {
        const RequestId id{i};
        if (!requests_.is_live(id)) continue;
        const auto& request = requests_[id];
        notify(metrics_,
               RequestDone{request.flow, request.arrival, simulator_.now(), Outcome::unfinished,
                           request.calls, request.tries, request.duplicates});
    }
}

}  // namespace models
