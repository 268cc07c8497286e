// Customers. Open groups arrive as a Poisson process, or one every so often, whether or not the
// system is slow; closed users think between requests. Block n of a group's arrival stream gives
// the gap to request n, and its second word the journey and the place of the customer.
#include <algorithm>
#include <cmath>

#include "models/engine/tracing.hpp"

namespace models {
namespace {

constexpr std::uint32_t kUserBits = 20;   // of a closed request's number; ...
constexpr std::uint32_t kCycleBits = 24;  // ... and how many of its user's come before
constexpr std::uint64_t kPressStep = std::uint64_t{1} << 48;  // above what users need of `rest`
constexpr std::uint64_t kDrawnAhead = 3;   // arrivals, before the next one's time is known
constexpr std::uint64_t kArrivalPath = 1;  // draws of the same request that are about itself

/// When a request takes no time at all or fails within a moment (no replica is healthy, nothing
/// works or travels), a user who does not think would come back at the same instant for ever.
constexpr sim::Duration kLeastPause = sim::milliseconds(1);

std::uint64_t low_bits(std::uint64_t value, std::uint32_t bits) {
    return value & ((std::uint64_t{1} << bits) - 1);
}

}  // namespace

/// Every user is a pending event.
std::optional<sim::LimitExceeded> World::too_many_users() const {
    std::uint64_t users = 0;
    for (const auto& group : model_.groups) users += group.users;
    constexpr std::uint32_t kMost = sim::EventQueue<Event>::kMaxPending / 2;
    const auto limit = std::min(simulator_.limits().pending, kMost);
    if (users < limit) return std::nullopt;
    return sim::LimitExceeded{"pending events", "--max-pending", limit, simulator_.now()};
}

void World::start_workloads() {
    for (std::uint32_t i = 0; i < model_.groups.size(); ++i) {
        const auto& group = model_.groups[i];
        groups_.push_back({sim::RngStream(key_.seed, key_.replication, group.name, "customers"),
                           sim::RngStream(key_.seed, key_.replication, group.name, "arrivals"),
                           sim::RngStream(key_.seed, key_.replication, group.name, "think"),
                           sim::RngStream(key_.seed, key_.replication, group.name, "reclick"),
                           sim::hash_text(group.name), 0});
        if (group.rate_per_s) {
            for (std::uint64_t number = 0; number < kDrawnAhead; ++number) draw_arrival(i, number);
            schedule_arrival(i);
        }
        for (std::uint32_t user = 0; user < group.users; ++user) {
            users_.push_back({i, user, 0});
            let_user_think(static_cast<std::uint32_t>(users_.size() - 1), sim::Duration{});
        }
    }
}

void World::schedule_arrival(std::uint32_t group) {
    auto& state = groups_[group];
    const auto& rule = model_.groups[group];
    auto delay = state.timed.delay;
    if (rule.day) {
        delay = sim::from_seconds(
            rule.day->seconds_until(state.timed.gap, simulator_.now(), *rule.rate_per_s));
    }
    state.next_word = state.timed.word;
    simulator_.post_of_source(sim::saturated_add(simulator_.now(), delay),
                              {EventKind::customer_arrives, group});
    draw_arrival(group, state.arrived + kDrawnAhead);
}

/// Begins with one and takes those before it one step further. The rounds of a draw, its logarithm
/// and its quotient wait for each other; those of different arrivals do not.
void World::draw_arrival(std::uint32_t group, std::uint64_t number) {
    auto& state = groups_[group];
    const auto& rule = model_.groups[group];
    state.timed = state.spaced;
    state.timed.delay = sim::from_seconds(state.timed.gap / *rule.rate_per_s);
    state.spaced = state.drawn;
    state.spaced.gap = rule.regular ? 1 : -std::log(state.drawn.gap);
    sim::KeyedRng rng(state.arrivals, number, kArrivalPath);
    state.drawn.gap = rng.unit();
    state.drawn.word = rng();
}

template <Scene scene>
void World::customer_arrives(std::uint32_t group) {
    auto& state = groups_[group];
    const auto number = state.arrived++;
    const auto word = state.next_word;
    schedule_arrival(group);
    if (rarely<scene>(!is_nominal_) && stays_away(group, {number, 0})) return;
    start_request<scene>(group, {number, 0}, 0, word);
}

template void World::customer_arrives<Scene::calm>(std::uint32_t);
template void World::customer_arrives<Scene::any>(std::uint32_t);

/// User and cycle, so that one user's requests do not move another's; what does not fit into the
/// number of a draw's key goes into its path.
World::RequestKey World::next_key(const User& who) {
    const std::uint64_t number =
        (low_bits(who.cycle, kCycleBits) << kUserBits) | low_bits(who.number, kUserBits);
    const std::uint64_t rest =
        (static_cast<std::uint64_t>(who.cycle >> kCycleBits) << 32) | (who.number >> kUserBits);
    return {number, rest};
}

/// Which customer a request is of: a closed user (of each million one), one of the group's
/// `customers`, or, when nobody says how many there are, somebody new each time.
std::uint64_t World::customer(std::uint32_t group, std::uint64_t request) const {
    return sim::hash_combine(groups_[group].path, customer_number(group, request));
}

std::uint64_t World::customer_number(std::uint32_t group_index, std::uint64_t request) const {
    const auto& group = model_.groups[group_index];
    if (group.users > 0) return low_bits(request, kUserBits);
    if (group.customers == 0) return request;
    sim::KeyedRng rng(groups_[group_index].customers, request, 0);
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(rng()) * group.customers) >> 64);
}

/// For the metrics, which want it only where runs are compared. Where nobody says how many there
/// are, each request is somebody new.
std::uint64_t World::known_customer(const Request& request) const {
    return model_.logs_customers ? customer_number(request) : kStranger;
}

std::uint64_t World::customer_number(const Request& request) const {
    // More than a million users share numbers (`next_key`); the rest of a user's is in `rest`.
    if (model_.groups[request.group].users > 0) return users_[request.user].number;
    return customer_number(request.group, request.number);
}

std::uint64_t World::customer_of(const Call& call) const {
    return customer(call.sender.group, call.number);
}

std::uint64_t World::user_hash(const Attempt& attempt) const {
    return customer(attempt.group, attempt.number);
}

void World::let_user_think(std::uint32_t user, sim::Duration least) {
    const auto& who = users_[user];
    const auto key = next_key(who);
    sim::KeyedRng rng(groups_[who.group].think, key.number, kArrivalPath + key.rest);
    const auto think = model_.groups[who.group].think_time.draw(rng);
    post_after(std::max(think, least), {EventKind::user_returns, user});
}

void World::user_returns(std::uint32_t user) {
    auto& who = users_[user];
    const auto key = next_key(who);
    ++who.cycle;
    sim::KeyedRng rng(groups_[who.group].arrivals, key.number, kArrivalPath + key.rest);
    rng();  // an open group's gap
    start_request(who.group, key, user, rng());
}

/// Whoever asks again asks for the same, whatever others ask for by now.
template <Scene scene>
const Journey& World::journey_of(std::uint32_t group_index, std::uint64_t word,
                                 const Press* again) const {
    const auto& group = model_.groups[group_index];
    const double unit = (static_cast<double>(word >> 32) + 0.5) * 0x1.0p-32;
    if (again != nullptr) {
        return *std::find_if(group.journeys.begin(), group.journeys.end(),
                             [&](const Journey& one) { return one.flow == again->flow; });
    }
    if (rarely<scene>(!is_nominal_)) return injected_journey(group_index, unit);
    return pick_journey(group, unit);
}

template <Scene scene>
void World::start_request(std::uint32_t group_index, RequestKey key, std::uint32_t user,
                          std::uint64_t word, const Press* again) {
    const auto& group = model_.groups[group_index];
    const auto& state = groups_[group_index];
    const auto& journey = journey_of<scene>(group_index, word, again);

    const auto [id, request] = requests_.make();
    request.number = key.number;
    request.rest = key.rest;
    request.word = word;
    request.presses = again != nullptr ? again->presses : 0;
    request.serial = ++last_serial_;
    request.arrival = simulator_.now();
    request.flow = journey.flow;
    request.group = group_index;
    request.user = user;
    request.zone = group.zones[((word & 0xFFFFFFFFU) * group.zones.size()) >> 32];
    if (!watched_.empty()) request.touched = is_watched(request);
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.request_begins(id);
    if (census_ != nullptr) [[unlikely]]
        census_->arrives(request.arrival);
    auto& account = books_.accounts.flows[journey.flow];
    ++account.arrived;
    if (is_measured(request)) ++account.measured;
    if (rarely<scene>(board_.sheds_customers > 0) && turned_away(group_index, key, journey.flow)) {
        return end_request(id, {Outcome::shed});
    }
    const auto path = sim::mix64(state.path + key.rest);
    auto& call = open_call(journey.site, journey.endpoint, journey.edge, key.number, path);
    call.sender.request = id;
    call.sender.serial = request.serial;
    call.sender.group = group_index;
    call.sender.caller = first_group_ + group_index;
    call.sender.caller_zone = request.zone;
    call.sender.outside = true;
    call.priority = priority_of(journey.endpoint, static_cast<Criticality>(group.priority));
    request.call = call.self;
    begin_call<scene>(call, patience_ends(request));
}

template void World::start_request<Scene::any>(std::uint32_t, RequestKey, std::uint32_t,
                                               std::uint64_t, const Press*);

RequestDone World::done_request(const Request& request, Outcome outcome, float quality) const {
    return {request.flow,  request.arrival,         simulator_.now(),   outcome,
            request.calls, request.tries,           request.duplicates, quality,
            request.group, known_customer(request), request.zone.value, request.touched};
}

template <Scene scene>
void World::end_request(RequestId id, const Ending& ending) {
    auto& request = requests_[id];
    ++books_.accounts.flows[request.flow].ended;
    if (rarely<scene>(tracer_ != nullptr)) {
        Tracing{*this}.request_ends(id, ending.outcome, ending.quality);
    }
    if (census_ != nullptr) [[unlikely]]
        Tracing{*this}.counts(request, ending.outcome, ending.quality);
    notify(metrics_, done_request(request, ending.outcome, ending.quality));
    const auto group = request.group;
    const auto user = request.user;
    const auto passed = simulator_.now() - request.arrival;
    const bool too_fast = passed.ns == 0 || (!ending.success() && passed < kLeastPause);
    const bool again = !ending.success() && presses_again(request);
    requests_.free(id, request);
    if (again || model_.groups[group].users == 0) return;
    let_user_think(user, too_fast ? kLeastPause : sim::Duration{});
}

template void World::end_request<Scene::calm>(RequestId, const Ending&);
template void World::end_request<Scene::any>(RequestId, const Ending&);

/// Some customers do not take no for an answer (a failure); a closed user thinks after the last
/// press only.
bool World::presses_again(const Request& request) {
    const auto& rule = model_.groups[request.group].reclick;
    if (!rule || request.presses >= rule->most) return false;
    sim::KeyedRng rng(groups_[request.group].reclick, request.number, request.rest);
    if (!rng.bernoulli(rule->share)) return false;
    const PressId id = presses_.allocate();
    auto& press = presses_[id];
    press.number = request.number;
    press.rest = request.rest + kPressStep;
    press.word = request.word;
    press.flow = request.flow;
    press.group = request.group;
    press.user = request.user;
    press.presses = request.presses + 1;
    after(rule->after, {EventKind::customer_presses, id.value});
    return true;
}

void World::customer_presses(PressId id) {
    const Press press = presses_[id];
    presses_.free(id);
    start_request(press.group, {press.number, press.rest}, press.user, press.word, &press);
}

/// What is still open at the end is a failure of its own kind.
void World::close_open_requests() {
    for (std::uint32_t i = 0; i < requests_.capacity(); ++i) {
        const RequestId id{i};
        if (!requests_.is_live(id)) continue;
        const auto& request = requests_[id];
        if (tracer_ != nullptr) [[unlikely]]
            Tracing{*this}.request_ends(id, Outcome::unfinished, 1);
        if (census_ != nullptr) [[unlikely]]
            Tracing{*this}.counts(request, Outcome::unfinished, 1);
        notify(metrics_, done_request(request, Outcome::unfinished, 1));
    }
}

}  // namespace models
