#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/engine/accounts.hpp"
#include "models/engine/actions.hpp"
#include "models/engine/books.hpp"
#include "models/engine/client_states.hpp"
#include "models/engine/database.hpp"
#include "models/engine/deployment.hpp"
#include "models/engine/event.hpp"
#include "models/engine/fault_visit.hpp"
#include "models/engine/model.hpp"
#include "models/engine/names.hpp"
#include "models/engine/records.hpp"
#include "models/engine/replication.hpp"
#include "models/engine/routing.hpp"
#include "models/engine/rule_balancer.hpp"
#include "models/engine/scaling.hpp"
#include "models/engine/service_levels.hpp"
#include "models/engine/station.hpp"
#include "models/engine/steering.hpp"
#include "models/engine/stores.hpp"
#include "models/engine/told_levels.hpp"
#include "models/engine/wait_line.hpp"
#include "models/fault/conditions.hpp"
#include "models/metrics/recorders.hpp"
#include "models/metrics/request_trace.hpp"
#include "sim/core/box.hpp"
#include "sim/core/large_memory.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/simulator.hpp"

namespace models {

class RequestCensus;
class Tracer;

/// What the steps of a try's life may take for granted. Both do the same; the calm one leaves out
/// what only few runs, and those only at times, have to ask.
enum class Scene : std::uint8_t {
    calm,  ///< nothing strikes, nobody looks at single requests, and no rare feature is in use
    any,
};

/// All mutable state of one replication. `run` is the only entry point from outside; `handle` is
/// called back by the simulator for every event.
///
/// The life of one try: call.cpp starts it, network.cpp carries it, admission.cpp and slots.cpp
/// queue it, station.cpp works on it and makes its own calls, network.cpp carries the reply,
/// call.cpp decides what is next.
class World {
  public:
    World(const SystemModel& model, ReplicationKey key, const sim::Limits& limits);
    /// As it is between two events: both go on alike, and neither knows of the other. The model is
    /// the same one.
    World(const World& other);
    ~World() = default;

    RunResult run();

    /// The parts of `run`, for those who look at it on the way: whether it may begin, the
    /// beginning, as much of it as they like, and the rest, unless a limit has stopped it before.
    [[nodiscard]] std::optional<sim::LimitExceeded> too_many_users() const;
    void begin();
    std::optional<sim::LimitExceeded> advance(sim::SimTime until);
    RunResult run_to_end(std::optional<sim::LimitExceeded> stopped = {});
    /// Of the model's faults, none of which has come yet, only these will: the rest of the run is
    /// that of a model with no others.
    void strike_only(std::span<const std::uint32_t> faults);
    /// From now on these watches mark requests in place of the model's. It comes before the time of
    /// the first of them, and they outlive the world.
    void watch(std::span<const Watch> watched);
    /// Waiting or at work in one replica.
    [[nodiscard]] std::uint32_t requests_at(InstanceId id) const;

    /// Runs from the beginning with somebody who looks at single requests, until nothing is left
    /// for them to see, or to the end. Returns the limit that stopped it, if one did.
    std::optional<sim::LimitExceeded> run_for(Tracer& tracer);
    /// Tells somebody of every step of single requests, or of every request as it ends. Changes
    /// nothing about them.
    void follow(Tracer& tracer);
    [[nodiscard]] sim::SimTime now() const { return simulator_.now(); }
    /// That have been handled so far.
    [[nodiscard]] std::uint64_t events() const { return simulator_.dispatched(); }

    void handle(const Event& event);
    /// Whether records are so many that those of the next events may be far from the processor.
    [[nodiscard]] bool prefetches() const { return attempts_.capacity() > kNearRecords; }
    /// Asks for what the event will need: its record, what that names, and where it is counted.
    /// Changes nothing.
    void prefetch(const Event& event, sim::Ahead ahead) const;
    /// What the limit counts: tries, calls and requests that wait for lost ones, and messages.
    [[nodiscard]] std::uint32_t in_flight() const {
        return std::max({attempts_.live(), calls_.live(), requests_.live(), messages_.live()});
    }

  private:
    /// What 8 MB hold; with fewer, to ask costs more than it saves (web shop: 3.5 % of its time).
    static constexpr std::uint32_t kNearRecords = 16'384;

    struct User {
        std::uint32_t group = 0;
        std::uint32_t number = 0;
        std::uint32_t cycle = 0;
    };
    /// Names a request of a group in the keys of its draws.
    struct RequestKey {
        std::uint64_t number;
        std::uint64_t rest;  ///< of the name: part of the path
    };

    [[gnu::noinline]] void handle_unusual(const Event& event);
    [[gnu::noinline]] void handle_rare(const Event& event);
    template <Scene scene>
    void live_on(const Event& event);
    void handle_by_kind(const Event& event);
    [[nodiscard]] bool is_calm() const;
    /// A question that only needs to be asked when the scene is not calm.
    template <Scene scene>
    static constexpr bool rarely(bool question) {
        return scene == Scene::any && question;
    }

    struct Checker;
    struct Operators;     ///< operators.hpp: those who act on the running system
    struct LevelControl;  ///< level_control.hpp: how much replicas still do
    struct Audit;         ///< audit.hpp: whether the books are right
    struct Tracing;       ///< tracing.hpp: what becomes of single requests
    [[gnu::noinline]] bool turned_away(std::uint32_t group, RequestKey key, std::uint32_t flow);
    [[gnu::noinline]] bool shed_by_hand(const Attempt& attempt);
    [[gnu::noinline]] bool left_out(const Call& call);
    [[gnu::noinline]] void work_at_level(Attempt& attempt);
    [[nodiscard, gnu::noinline]] bool refused_by_level(const Attempt& attempt);
    [[nodiscard, gnu::noinline]] bool left_out_by_level(Attempt& attempt, const CallSpec& call);

    // arrivals.cpp: customers
    void finish(RunResult& result);
    static RequestKey next_key(const User& who);
    void start_workloads();
    void schedule_arrival(std::uint32_t group);
    void draw_arrival(std::uint32_t group, std::uint64_t number);
    template <Scene scene>
    void customer_arrives(std::uint32_t group);
    void user_returns(std::uint32_t user);
    [[nodiscard]] std::uint64_t customer(std::uint32_t group, std::uint64_t request) const;
    [[nodiscard]] std::uint64_t customer_number(std::uint32_t group, std::uint64_t request) const;
    [[nodiscard]] std::uint64_t customer_number(const Request& request) const;
    [[nodiscard]] std::uint64_t known_customer(const Request& request) const;
    [[nodiscard]] std::uint64_t user_hash(const Attempt& attempt) const;
    [[nodiscard]] RequestDone done_request(const Request& request, Outcome outcome,
                                           float quality) const;
    void let_user_think(std::uint32_t user, sim::Duration least);
    template <Scene scene = Scene::any>
    void start_request(std::uint32_t group, RequestKey key, std::uint32_t user, std::uint64_t word,
                       const Press* again = nullptr);
    template <Scene scene>
    [[nodiscard]] const Journey& journey_of(std::uint32_t group, std::uint64_t word,
                                            const Press* again) const;
    template <Scene scene = Scene::any>
    void end_request(RequestId id, const Ending& ending);
    [[gnu::noinline]] bool presses_again(const Request& request);
    void customer_presses(PressId id);
    void close_open_requests();

    // watch.cpp: requests that somebody looks for
    [[gnu::noinline]] void note_touch(const Attempt& attempt);
    [[nodiscard]] bool is_watched(const Request& request) const;

    // call.cpp: a call at its caller
    Call& open_call(std::uint32_t site, EndpointId endpoint, std::uint32_t edge,
                    std::uint64_t number, std::uint64_t path);
    [[nodiscard]] Criticality priority_of(EndpointId endpoint, Criticality caller) const;
    CallExtras& extras_of(const Call& call) { return extras_[call.self.value]; }
    [[gnu::noinline]] void clear_extras(const Call& call);
    void make_room_for_extras();
    template <Scene scene = Scene::any>
    void begin_call(Call& call, sim::SimTime until);
    template <Scene scene = Scene::any>
    void begin_try(Call& call);
    template <Scene scene = Scene::any>
    void dispatch_try(Call& call);
    template <Scene scene = Scene::any>
    void reach_replica(Call& call);
    void note_try(const Call& call);
    template <Scene scene = Scene::any>
    [[nodiscard]] sim::SimTime try_deadline(const Call& call);
    void arm_try_timer(Call& call);
    [[nodiscard]] Ending out_of_time(const Call& call, const Try& one) const;
    void call_timer(CallId id);
    void retry_due(CallId id) { begin_try(calls_[id]); }
    template <Scene scene = Scene::any>
    void try_ended(Call& call, const Ending& ending);
    void try_ended(CallId id, const Ending& ending) { try_ended(calls_[id], ending); }
    template <Scene scene = Scene::any>
    void close_try(Call& call, std::uint32_t lane, const Ending& ending);
    [[gnu::noinline]] void try_again_or_end(Call& call, const Ending& ending);
    [[nodiscard]] static bool is_retryable(const Call& call, const Ending& ending);
    enum class RetryVerdict : std::uint8_t { retry, too_late, end };
    RetryVerdict judge_retry(Call& call, const Ending& ending, sim::Duration& delay);
    std::optional<sim::Duration> delay_before(Call& call, int retry, const Ending& ending);
    template <Scene scene = Scene::any>
    void end_call(Call& call, const Ending& ending);
    void end_call(CallId id, const Ending& ending) { end_call(calls_[id], ending); }
    template <Scene scene = Scene::any>
    void close_call(Call& call, const Ending& ending);
    void abandon_call(CallId id);
    void detach_try(const Call& call, Try& one);

    /// Places of a bulkhead, and the calls that wait for one.
    struct Bulkhead {
        ConcurrencyLimitState rule;
        std::int64_t in_flight = 0;
        std::array<std::int64_t, kCriticalities> alike{};  ///< the same by priority
        WaitLine line;
    };
    /// A pool of connections, and the calls that wait for a stream.
    struct Connections {
        ConnectionPool::State pool;
        WaitLine line;
    };

    // gates.cpp: what a try passes before it is sent
    [[nodiscard]] sim::KeyedRng rule_rng(const Call& call, std::uint64_t salt) const;
    CircuitBreakerState& breaker_state(const Call& call);
    ThrottleState& throttle_state(const Call& call);
    RateLimitState& rate_state(const Call& call);
    Bulkhead& bulkhead_of(const Call& call);
    Connections& connections_of(const Call& call);
    std::optional<Outcome> refusal_of(const Call& call, Try& one);
    [[gnu::noinline]] void enter_bulkhead(CallId id);
    void leave_bulkhead(const Call& call, const Ending* ending);
    [[gnu::noinline]] void ask_to_try(CallId id);
    void start_try(CallId id);
    [[nodiscard]] LimitAsk ask_for_place(const Call& call, const Bulkhead& bulkhead) const;
    [[nodiscard]] double utilisation_of(CallerId caller) const;
    void hold_place(const Call& call, Try& one, Bulkhead& bulkhead);
    void stand_in_line(CallId id, CallState where, WaitLine& line, sim::Duration longest);
    void wait_in_line(Call& call, sim::SimTime latest, sim::Duration longest);
    void take_stream(CallId id);
    bool open_stream(const Call& call, Try& one);
    void leave_any_line(CallId id);
    bool note_pending(const Call& call, bool joins);
    [[gnu::noinline]] Ending leave_line(CallId id);
    void place_granted(CallId id);
    void grant(CallId id, CallState where);
    void serve_bulkhead_line(const ConcurrencyLimit& rule, Bulkhead& bulkhead);
    void serve_pool_line(const ConnectionPool& pool, Connections& connections);
    void pass_back(const Call& call, Try& one, const Ending* ending);
    void give_stream_back(const Call& call, const Try& one, bool broken);
    void report_to_breaker(const Call& call, const Try& one, const Ending* ending);
    [[nodiscard]] bool is_still_heard(const Call& call, const Try& one) const;
    void adopt_probe(const Call& call, const Try& one);
    [[gnu::noinline]] void settle_orphan(const Attempt& attempt);
    void give_place_back(const Call& call, const Try& one, const Ending* ending);

    // names.cpp: where callers take a service to be
    void learn_names();
    void learn_answer(KnownName& name);
    [[nodiscard]] std::uint32_t name_for(const Call& call) const;
    [[nodiscard]] bool is_connected(const Call& call, const Try& one, const KnownName& name);
    [[nodiscard]] bool strikes(const TrafficConditions& one, const KnownName& name) const;
    [[nodiscard]] bool is_usable(const KnownName& name) const;
    [[gnu::noinline]] bool knows_name(CallId id);
    [[nodiscard, gnu::noinline]] bool knows_name_now(const Call& call, Try& one);
    void fail_name(CallId id);
    void leave_name_line(CallId id);
    [[nodiscard]] Ending unresolved(CallId id);
    void name_answered(CallId id);
    void ask_resolver(std::uint32_t index);
    void lookup_answered(std::uint32_t index);
    void lookup_failed(KnownName& name);
    void forget_names(InstanceId id);
    [[nodiscard]] InstanceId asker_of(std::uint32_t name) const;
    [[nodiscard]] InstanceId known_address(const Call& call) const;
    [[nodiscard, gnu::noinline]] bool goes_astray(AttemptId id);

    // steering.cpp: customers who are sent to a region
    void build_steering();
    void region_looked_at(std::uint32_t index);
    [[nodiscard]] bool entry_answers(ServiceId entry, RegionId region) const;
    [[nodiscard]] RegionId best_region(std::uint32_t group, std::uint64_t resolver) const;
    void follow(Call& call, const KnownName& name);
    [[nodiscard]] bool steers_to(RegionId region, ServiceId entry) const;
    [[nodiscard, gnu::noinline]] InstanceId behind_dark_edge(const Call& call) const;

    // credentials.cpp: certificates and tokens that have ended
    void note_credentials(const Conditions& before);
    [[nodiscard]] sim::Duration recycled_after(const TrafficConditions& one, const Attempt& attempt,
                                               sim::Duration life);
    [[nodiscard]] bool rejects(const TrafficConditions& one, const Attempt& attempt);
    [[nodiscard]] bool rejects_credentials(AttemptId id);

    // breaker_times.cpp: how long breakers refuse
    [[nodiscard]] WatchedBreaker new_breaker(const CircuitBreaker& rule, std::uint32_t edge) const;
    CircuitBreakerState& look_at(WatchedBreaker& breaker);
    CircuitBreakerState& host_breaker(RuleBalancer& rules, std::uint32_t replica);
    void close_rule_times();

    // hedging.cpp: several tries of one call at once
    Try& try_at(Call& call, std::uint32_t lane) {
        return lane == 0 ? call.current : hedgings_[call.hedging].extra[lane - 1];
    }
    sim::EventHandle& timer_at(Call& call, std::uint32_t lane) {
        return lane == 0 ? call.timer : hedgings_[call.hedging].timers[lane - 1];
    }
    [[nodiscard]] Event timer_event(CallId id, std::uint32_t lane) const;
    [[nodiscard]] static const Hedge& hedge_of(const Call& call);
    Hedge::State& hedge_state(const Call& call);
    [[gnu::noinline]] void open_hedging(CallId id);
    void note_sent(const Call& call);
    void set_hedge_timer(const Call& call);
    void hedge_due(HedgingId id);
    [[nodiscard]] bool is_hedged(CallId call, HedgingId id) const;
    void launch_hedge(CallId id);
    bool pay_for_hedge(Call& call, Try& one);
    bool hedge_passes(const Call& call, Try& one);
    void refuse_hedge(Call& call, Try& one);
    void send_hedge(CallId id, std::uint32_t lane);
    InstanceId choose_for_hedge(CallId id);
    [[nodiscard]] bool is_taken(const Call& call, InstanceId instance) const;
    void hedge_timer(std::uint32_t subject);
    [[gnu::noinline]] bool keep_waiting(CallId id, std::uint32_t lane);
    [[gnu::noinline]] void lane_ended(CallId id, std::uint32_t lane, const Ending& ending);
    void give_up_hedging(CallId id, Ending ending);
    void win(CallId id, const Ending& ending);
    void losers_told(CallId id);
    void drop_lanes(CallId id);
    [[gnu::noinline]] void close_hedging(CallId id);
    void drop_lane(Call& call, std::uint32_t lane);
    void withdraw_lane(CallId id, std::uint32_t lane);
    [[gnu::noinline]] void tell_twin(AttemptId id);

    // cancellation.cpp: the server hears that nobody waits any more
    [[gnu::noinline]] void send_cancellation(AttemptId id, Cancellation how);
    void cancellation_arrives(AttemptId id);
    [[gnu::noinline]] void drop_cancelled(AttemptId id);
    void stop_work(AttemptId id);
    void stop_calling(AttemptId id);
    [[nodiscard, gnu::noinline]] bool stop_if_cancelled(AttemptId id);
    template <Scene scene = Scene::any>
    void free_attempt(Attempt& attempt);
    void free_attempt(AttemptId id) { free_attempt(attempts_[id]); }

    // client.cpp: the rules of a call's policy that remember earlier calls
    [[nodiscard]] static CallerId caller_of(const Call& call) { return {call.sender.caller}; }
    RetryBudgetState& budget_state(const Call& call);
    [[gnu::noinline]] void rules_see_call(Call& call);
    void budgets_see_end(const Call& call, Try& one);
    void give_payment_back(const Call& call, Try& one);
    [[nodiscard]] static bool forbids_retry(const Call& call, const Ending& ending);
    [[gnu::noinline]] void rules_see_try(const Call& call);
    [[gnu::noinline]] void rules_see_try_end(const Call& call, Try& one, const Ending& ending);
    [[gnu::noinline]] void rules_see_call_end(const Call& call, const Ending& ending);
    [[gnu::noinline]] void rules_see_dropped(const Call& call, Try& one);
    [[gnu::noinline]] void rules_see_abandoned(CallId id);
    void record_time_of(const Call& call, const Try& one);
    QuantileRule::State& try_time_state(const Call& call);
    void forget_calls_of(CallerId caller);
    [[nodiscard, gnu::noinline]] bool pay_for_retry(Call& call, const Ending& ending);

    // fallback.cpp: what answers a call that has failed
    FallbackState& fallback_state(const Call& call);
    [[nodiscard, gnu::noinline]] bool fall_back(CallId id, const Ending& ending);
    void fallback_done(CallId id);
    [[gnu::noinline]] void stand_in_ended(CallId id, const Ending& ending);
    void end_fallback(CallId id, Ending ending);
    [[gnu::noinline]] void drop_fallback(const Call& call);
    [[nodiscard]] sim::SimTime patience_ends(const Request& request) const {
        return sim::saturated_add(request.arrival, model_.groups[request.group].patience);
    }

    // balancing.cpp: which replica
    template <Scene scene = Scene::any>
    InstanceId choose_instance(const Call& call);
    [[nodiscard]] ObserverId observer_of(const Call& call) const;
    InstanceId choose_nominal(const Call& call);
    [[nodiscard, gnu::noinline]] InstanceId hot_replica(const Call& call) const;
    InstanceId choose_replica(const Call& call, const std::vector<InstanceId>& candidates);
    [[nodiscard]] bool seems_full(const Call& call, const std::vector<InstanceId>& replicas) const;
    [[nodiscard]] ServiceId service_of(InstanceId instance) const {
        return stations_[instance.value].service;
    }
    [[nodiscard]] ZoneId zone_of(InstanceId instance) const {
        return stations_[instance.value].zone;
    }
    /// Of a replica in its service, whose instances are numbered in a row.
    [[nodiscard]] std::uint32_t position_of(InstanceId instance) const {
        return stations_[instance.value].position;
    }
    BalancerId balancer_for(const Call& call);
    [[gnu::noinline]] void make_balancer(const Call& call, BalancerId& id);
    void count_try(const Call& call, Try& one, InstanceId instance) {
        one.instance = instance;
        one.counted = true;
        if (!call.site->plain_balancing) ask_host_breaker(call, one);
        ++balancers_[call.balancer.value].tries_at(instance);
    }
    void forget_try(const Call& call, Try& one) {
        if (!one.counted) return;
        if (one.at_host_breaker) leave_host_breaker(call, one);
        one.counted = false;
        --balancers_[call.balancer.value].tries_at(one.instance);
    }

    // balancing_rules.cpp: which replica, by rules that need more than tries in flight
    [[gnu::noinline]] InstanceId choose_by_rules(const Call& call, ObserverId observer);
    RuleBalancer& rule_balancer(const Call& call, ObserverId observer);
    std::uint32_t make_rule_balancer(const Call& call, ObserverId observer);
    void count_callers(RuleBalancer& rules, ServiceId caller) const;
    void refresh(RuleBalancer& rules, const Call& call);
    void see_replicas(RuleBalancer& rules);
    [[nodiscard]] bool is_known(const RuleBalancer& rules, InstanceId id) const {
        return routing_.listed(id) && !routing_.outside(rules.observer, id);
    }
    void leave_shifted_zones(RuleBalancer& rules);
    void narrow(RuleBalancer& rules, const Call& call);
    [[nodiscard]] bool spills(const RuleBalancer& rules, const Call& call) const;
    [[nodiscard]] std::span<const std::uint32_t> options_for(RuleBalancer& rules, const Call& call);
    [[nodiscard]] std::span<const std::uint32_t> without_excluded(
        CallId id, RuleBalancer& rules, std::span<const std::uint32_t> members);
    [[nodiscard]] TriedReplicas& tried_by(CallId id);
    [[nodiscard]] std::span<const double> slow_start_weights(RuleBalancer& rules);
    [[nodiscard]] std::uint32_t caller_number(const Call& call) const;
    [[nodiscard]] std::uint64_t caller_name(const Call& call) const;
    [[nodiscard]] std::uint64_t customer_of(const Call& call) const;
    [[nodiscard]] RuleBalancer* known_rule_balancer(const Call& call);
    [[gnu::noinline]] void balancers_see_answer(const Call& call, Try& one, const Ending& ending);
    [[gnu::noinline]] void balancers_see_dropped(const Call& call, const Try& one);
    [[nodiscard]] bool refuses(const RuleBalancer& rules, const Call& call,
                               std::uint32_t replica) const;
    [[gnu::noinline]] void ask_host_breaker(const Call& call, Try& one);
    [[gnu::noinline]] void leave_host_breaker(const Call& call, Try& one);

    // load_reports.cpp: what servers say of themselves
    [[gnu::noinline]] void stamp_load(AttemptId id);
    [[gnu::noinline]] void load_report_arrives(AttemptId id);

    // told_levels.cpp: what servers admit
    [[gnu::noinline]] void tell_level(Attempt& attempt);
    [[gnu::noinline]] void level_arrives(const Attempt& attempt);
    [[nodiscard, gnu::noinline]] bool sheds_early(const Call& call, InstanceId callee) const;

    // outliers.cpp: replicas that do badly
    std::uint32_t detector_for(const Call& call, ObserverId observer);
    void schedule_sweep(std::uint32_t detector);
    void outlier_sweep(std::uint32_t detector);
    void detector_sees(std::uint32_t detector, std::uint32_t replica, HostResult result);
    void ejections_changed(std::uint32_t detector, std::uint32_t before);
    void note_ejected(OutlierDetector& detector, std::uint32_t replicas);
    void check_ends_ejections(const Checker& checker);

    // network.cpp: messages
    template <Scene scene = Scene::any>
    void send_try(Call& call, InstanceId instance, std::uint32_t lane);
    [[gnu::noinline]] void answer_at_caller(AttemptId id, Outcome outcome, sim::Duration when);
    template <Scene scene = Scene::any>
    void send_reply(Attempt& attempt);
    void send_reply(AttemptId id) { send_reply(attempts_[id]); }
    template <Scene scene>
    void reply_arrives(AttemptId id);
    [[nodiscard]] bool finds_nobody(const Call& call, InstanceId instance) const;
    [[gnu::noinline]] void lose_connection(AttemptId id);
    [[gnu::noinline]] void lose_try(AttemptId id);
    [[nodiscard]] sim::Duration round_trip(const Attempt& attempt) const;
    template <Scene scene = Scene::any>
    [[nodiscard]] sim::Duration message_delay(const Attempt& attempt, bool to_server) const;
    [[nodiscard]] sim::Duration network_delay(const Attempt& attempt, bool to_server) const;
    [[nodiscard]] std::size_t way_between(ZoneId from, ZoneId to) const {
        return from.value * zones_ + to.value;
    }
    [[nodiscard, gnu::noinline]] sim::Duration drawn_delay(const Attempt& attempt, bool to_server,
                                                           std::size_t way) const;
    void weigh_message(const Attempt& attempt, bool to_server);
    [[nodiscard]] bool cut_off(const Attempt& attempt) const;
    [[gnu::noinline]] bool gets_through(AttemptId id);

    // injection.cpp: what faults do to single messages and pieces of work
    static Outcome fail_as(Attempt& attempt, InjectedFailure failure);
    [[nodiscard]] bool is_met(const TrafficConditions& one, const Attempt& attempt) const;
    [[nodiscard]] bool is_met(const WorkConditions& one, const Attempt& attempt) const;
    [[nodiscard]] MessageFate fate_of(const Attempt& attempt, bool to_server) const;
    [[nodiscard]] sim::Duration injected_delay(const Attempt& attempt, bool to_server) const;
    [[nodiscard, gnu::noinline]] sim::Duration wait_for_links(const Attempt& attempt,
                                                              bool to_server);
    using EditedTime = std::optional<sim::Duration> TrafficConditions::*;
    [[nodiscard, gnu::noinline]] std::optional<sim::Duration> edited_timeout(
        const Call& call, EditedTime which) const;
    [[nodiscard]] double slow_factor(const Attempt& attempt) const;
    [[nodiscard]] sim::Duration injected_work(const Attempt& attempt, sim::Duration work) const;
    [[nodiscard]] std::optional<Outcome> injected_failure(Attempt& attempt) const;

    // admission.cpp: a try reaches its instance
    template <Scene scene>
    void try_arrives(AttemptId id);
    [[gnu::noinline]] void admit_at_rate(AttemptId id);
    void hold_ends(AttemptId id);
    [[gnu::noinline]] void wait_over(AttemptId id);
    void admit(AttemptId id);
    [[nodiscard]] bool sheds_on_arrival(AttemptId id);
    [[nodiscard]] bool take_place(AttemptId id);
    [[gnu::noinline]] void return_place(AttemptId id, bool dropped);
    [[nodiscard]] std::uint32_t busy_at(InstanceId id) const;
    [[nodiscard]] double utilisation_of(InstanceId id) const;
    [[nodiscard]] bool queue_is_full(InstanceId id) const;
    [[nodiscard]] Seat seat_for(InstanceId id);
    void enqueue(AttemptId id);
    void give_up_stale(InstanceId id);
    [[nodiscard]] std::optional<Outcome> stale(const Attempt& attempt) const;
    [[nodiscard]] bool make_room(AttemptId id);

    // slots.cpp: who gets a slot or a share of the cores
    void reset_server(InstanceId id);
    void start(AttemptId id);
    [[nodiscard]] bool sheds_on_dequeue(AttemptId id);
    [[gnu::noinline]] void refuse(AttemptId id, Outcome outcome);
    void reply_refused(AttemptId id);
    [[nodiscard]] bool take_free_slot(InstanceId id);
    [[nodiscard]] bool has_free_slot(InstanceId id) const;
    [[gnu::noinline]] void refusal_done(AttemptId id);
    template <Scene scene = Scene::any>
    void free_slot(InstanceId id);
    template <Scene scene>
    void take_next(InstanceId id, Station& station);
    void remove_from_queue(AttemptId id);
    [[nodiscard]] std::optional<sim::Duration> hint_of(const Attempt& attempt) const;
    [[gnu::noinline]] void work(AttemptId id);
    sim::Duration interrupt(AttemptId id);
    void cores_done(InstanceId id);
    void cores_changed(InstanceId id, std::uint32_t before);
    [[nodiscard]] const ServiceConfig& config_at(InstanceId id) const {
        return model_.services[model_.topology[id].service.value];
    }

    // station.cpp: a try at its instance
    template <Scene scene = Scene::any>
    void begin_work(Attempt& attempt, Station& station);
    void begin_work(AttemptId id) {
        auto& attempt = attempts_[id];
        begin_work(attempt, stations_[attempt.instance.value]);
    }
    template <Scene scene>
    void work_in_slot(Attempt& attempt, Station& station);
    template <Scene scene>
    void adjust_work(Attempt& attempt, const Endpoint& endpoint);
    [[nodiscard]] sim::Philox2x64 block_of_work(EndpointId endpoint, std::uint64_t number,
                                                std::uint64_t path) const;
    [[nodiscard]] sim::Duration drawn_work(const Call& call, std::uint64_t path) const;
    template <Scene scene = Scene::any>
    void work_done(AttemptId id);
    template <Scene scene = Scene::any>
    void next_step(Attempt& attempt);
    void next_step(AttemptId id) { next_step(attempts_[id]); }
    template <Scene scene>
    bool start_step(Attempt& attempt);
    template <Scene scene>
    void start_call_of(Attempt& attempt, const CallSpec& spec, std::uint32_t repetition);
    [[nodiscard, gnu::noinline]] std::uint32_t injected_times(const Attempt& attempt,
                                                              const CallSpec& spec) const;
    template <Scene scene>
    void child_ended(Call& call, const Ending& ending);
    template <Scene scene = Scene::any>
    void finish(Attempt& attempt, Outcome outcome);
    void finish(AttemptId id, Outcome outcome) { finish(attempts_[id], outcome); }
    template <Scene scene = Scene::any>
    void leave(Attempt& attempt, Departure how);
    void release_slot(AttemptId id);
    [[nodiscard]] bool is_wasted(const Attempt& attempt) const;
    template <Scene scene>
    [[nodiscard]] bool may_fail(const Attempt& attempt) const;
    [[nodiscard, gnu::noinline]] std::optional<Outcome> failure_of_work(Attempt& attempt) const;
    [[nodiscard]] Call* origin_of(const Attempt& attempt);
    [[nodiscard]] Request* open_request_of(const Sender& sender);
    [[gnu::noinline]] void note_duplicate(const Attempt& attempt);
    void abandon_calls_of(Attempt& attempt);

    // cache.cpp: what caches answer themselves; work that nobody waits for
    void build_stores();
    [[nodiscard, gnu::noinline]] bool store_answers(AttemptId id);
    [[nodiscard]] bool cache_answers(AttemptId id);
    void note_cache(ServiceId service, CacheEvent event);
    void trace_cache(AttemptId id, TraceStep step);
    void answer_with_stored(AttemptId id);
    void begin_fetch(AttemptId leader, std::uint32_t key, bool listed);
    void join_fetch(AttemptId id, FetchId fetch_id);
    [[gnu::noinline]] Outcome fetch_ended(AttemptId id, Outcome outcome);
    [[gnu::noinline]] void leave_fetch(AttemptId id);
    void refresh_in_background(const Attempt& cause, std::uint32_t key);
    AttemptId start_background(const BackgroundWork& work);
    [[gnu::noinline]] void end_background(AttemptId id, Outcome outcome);
    void forget_stores(InstanceId id);
    void vanish_from_store(const Attempt& attempt, AttemptId id);

    // message_queue.cpp: messages that outlive the request that caused them
    [[nodiscard]] const DeliveryPolicy& delivery_of(InstanceId id) const;
    void note_message(const Message& message, MessageEvent event);
    void store_message(AttemptId id);
    void make_visible(MessageId id);
    void make_invisible(MessageId id);
    void deliver(InstanceId instance);
    void receive_message(MessageId id);
    void visibility_ended(MessageId id);
    void delivery_ended(const Attempt& attempt, Outcome outcome);
    void close_delivery(MessageId id);
    [[nodiscard]] bool is_superseded(const Attempt& delivery) const;
    void remove_message(MessageId id, MessageEvent why);
    void free_message(MessageId id);
    void drop_expired(QueueReplica& queue);
    void lose_messages(InstanceId id);
    void sample_queues();

    // faults.cpp: Conditions change, instances go and come back
    void schedule_faults();
    void plan_event(std::uint32_t fault, sim::SimTime when, const Event& event);
    void change_faults(std::uint32_t fault, bool active);
    void renew_conditions();
    void apply_power(const Conditions& before);
    void power_off(const std::vector<InstanceId>& instances);
    void drop_station(InstanceId id);
    void vanish(AttemptId id, Power how);
    void begin_restart(InstanceId id, std::uint32_t crashes = 0);
    void instance_restarted(InstanceId id);

    // scaling.cpp: how many replicas there are
    void build_fleets();
    void responders_act(const Event& event);
    void fleet_sampled(std::uint32_t index);
    void scale(Fleet& fleet);
    [[nodiscard]] bool is_frozen(const Fleet& fleet) const;
    [[nodiscard]] ScalingLook look_at_fleet(const Fleet& fleet, const Fleet::Point& point) const;
    [[nodiscard]] std::vector<std::uint32_t> replicas_by_zone(const Fleet& fleet) const;
    [[nodiscard]] InstanceId spare_of(const Fleet& fleet) const;
    [[nodiscard]] InstanceId surplus_of(const Fleet& fleet) const;
    void start_replica(InstanceId id, sim::Duration start_up);
    void replica_started(InstanceId id);
    void list_replica(InstanceId id);
    void take_replica_away(InstanceId id);
    void close_fleets();
    /// Whether callers may know the replica.
    [[nodiscard]] bool serves(InstanceId id) const {
        return scaled_.empty() || scaled_[id.value].role == ReplicaRole::serving;
    }

    // deployment.cpp: versions that come and go
    struct UnderWay {
        std::uint32_t deployment = 0;
        DeployedReplica* replica = nullptr;
    };
    void build_deployments();
    void watch_deployments();
    void apply_deployments(const Conditions& before);
    void wake_deployment(std::uint32_t index);
    void deployments_change(const Event& event);
    void rollout_due(std::uint32_t deployment);
    bool begin_rollout(std::uint32_t deployment);
    void stop_pushes(Deployment& one);
    void end_rollout(std::uint32_t deployment);
    [[nodiscard]] bool is_settled(const Deployment& one, std::size_t count, bool fresh) const;
    [[nodiscard]] RolloutLook look_at_rollout(const Deployment& one) const;
    void take_replicas(Deployment& one, std::size_t count, bool fresh);
    void ask_to_leave(const Deployment& one, DeployedReplica& replica);
    UnderWay under_way_at(InstanceId id);
    void rollout_step(InstanceId id);
    void drain_replica(Deployment& one, DeployedReplica& replica);
    [[nodiscard]] bool is_idle(InstanceId id) const;
    void replace_process(InstanceId id);
    void change_version(Deployment& one, InstanceId id);
    void deployments_see_start(InstanceId id);
    void mark_leaving(Conditions& conditions) const;
    void add_deployed(std::uint32_t fault, std::vector<FaultStrike>& strikes) const;
    void note_deployment(const Deployment& one, DeploymentEvent event);

    // deployment_watch.cpp: what pipelines see
    [[gnu::noinline]] void deployments_see_answer(const Attempt& attempt);
    void deployments_see_crash(InstanceId id);
    void rollout_look(std::uint32_t deployment);
    void rollout_decided(std::uint32_t deployment);

    // control_plane.cpp: who acts
    [[nodiscard]] bool controls(ZoneId zone) const;
    [[nodiscard]] bool sees(ObserverId observer) const;
    [[nodiscard]] bool may_restart(InstanceId id) const;
    void control_returns();

    // database.cpp: who is the primary, who knows it, what its loss costs
    void build_databases();
    void primary_lost(InstanceId id);
    void primary_back(InstanceId id);
    void role_changes(EventKind how, ServiceId service);
    void failover_due(ServiceId service);
    void failover_detected(ServiceId service);
    void promote_replica(ServiceId service);
    [[nodiscard]] InstanceId next_primary(ServiceId service) const;
    void make_primary(ServiceId service, InstanceId id);
    void publish_primary(ServiceId service);
    [[nodiscard, gnu::noinline]] bool refuses_write(AttemptId id);
    [[gnu::noinline]] void note_write(const Attempt& attempt);
    [[nodiscard, gnu::noinline]] sim::Duration replica_wait(const Attempt& attempt) const;
    [[nodiscard]] std::uint32_t others_asked(const Attempt& attempt) const;
    [[nodiscard]] ReplicationPolicy replication_of(ServiceId service) const;
    void apply_lags();
    [[nodiscard]] bool is_stale(const Attempt& attempt) const;
    [[nodiscard]] bool lives_for(InstanceId id, InstanceId asker) const;
    [[nodiscard, gnu::noinline]] bool lacks_quorum(AttemptId id);

    // bad_messages.cpp: poison, copies, dead connections
    [[gnu::noinline]] void mark_message(const Attempt& attempt, Message& message) const;
    [[gnu::noinline]] void process_poison(AttemptId id);
    void note_half_open(const Conditions& before);
    [[nodiscard, gnu::noinline]] bool rides_dead_connection(const Call& call, const Try& one,
                                                            const Attempt& attempt);

    // split_brain.cpp: primaries that are away, and believe that they still are
    [[nodiscard]] bool hears(std::uint32_t caller, InstanceId replica) const;
    [[nodiscard]] bool in_touch(InstanceId a, InstanceId b) const;
    [[nodiscard]] bool moves(InstanceId id) const;
    [[nodiscard]] std::size_t reach_of(InstanceId id) const;
    [[nodiscard]] bool is_cut_off(InstanceId id) const;
    void watch_primaries();
    void watch_primary(ServiceId service);
    void primary_strays(ServiceId service);
    bool stray_returns(ServiceId service, StrayPrimary& stray);
    void gather_followers(const Database& database, StrayPrimary& stray);
    [[nodiscard]] StrayPrimary* find_stray(InstanceId id);
    void forget_stray(InstanceId id);
    void stray_changes(EventKind how, InstanceId id);
    void depose(StrayPrimary& stray);
    void strays_are_replaced(ServiceId service);
    void close_strays();
    [[nodiscard, gnu::noinline]] InstanceId address_for(const Call& call) const;
    [[nodiscard]] bool takes_writes(InstanceId id) const;
    [[nodiscard]] bool is_away(InstanceId id) const;
    [[nodiscard, gnu::noinline]] Outcome outcome_at_stray(const Attempt& attempt, Outcome outcome);

    void change_capacity(ServiceId service, std::int32_t change);
    template <Scene scene = Scene::any>
    void change_level(InstanceId instance, Level level, std::int32_t change) {
        books_.accounts.stations[instance.value].change(level, change, simulator_.now());
        if (rarely<scene>(!replica_levels_.empty())) tell_meter(instance, level, change);
    }
    [[gnu::noinline]] void tell_meter(InstanceId instance, Level level, std::int32_t change);
    void measure_levels();

    // audit.cpp: the books
    StationAccount& account_of(const Attempt& attempt) {
        return books_.accounts.stations[attempt.instance.value];
    }
    EdgeAccount& account_of(const Call& call) { return books_.accounts.edges[call.edge]; }
    void departs(Attempt& attempt, Departure how) {
        attempt.inside = false;
        account_of(attempt).departs(how, attempt.arrived, simulator_.now());
    }
    [[nodiscard]] std::uint64_t time_since(sim::SimTime since) const {
        return static_cast<std::uint64_t>((simulator_.now() - since).ns);
    }
    void note_wait(const Attempt& attempt) {
        account_of(attempt).waits += time_since(attempt.since);
    }
    void note_hold(const Attempt& attempt) {
        account_of(attempt).holds += time_since(attempt.since);
    }
    [[nodiscard]] bool is_measured(const Request& request) const {
        return sim::is_within(request.arrival, model_.duration);
    }
    [[nodiscard]] std::uint64_t work_so_far(AttemptId id) const;
    [[nodiscard]] std::uint64_t cores_stand_still(InstanceId id) const;
    void close_accounts(const std::vector<AttemptId>& vanishing);

    // hangs.cpp: slots and connections that do not come back
    void apply_hangs(const Conditions& before);
    void hang_due(std::uint32_t fault);
    void hang(InstanceId id, std::uint32_t slots);
    // held_connections.cpp: connections that come back late or not at all
    [[nodiscard]] bool is_met(const TrafficConditions& one, const Call& call, const Try& a_try,
                              double probability) const;
    [[nodiscard, gnu::noinline]] bool leaks_connection(const Call& call, const Try& one) const;
    [[nodiscard, gnu::noinline]] bool closes_late(const Call& call, const Try& one, bool broken);
    void connection_closed(ClosingId id);
    void forget_closing(CallerId caller);

    // lifecycle.cpp: processes that end, start and gain speed
    void apply_stops(const Conditions& before);
    void apply_flushes(const Conditions& before);
    void process_changes(EventKind how, InstanceId id);
    void drain_ends(InstanceId id);
    void deregister(InstanceId id);
    void register_again(InstanceId id);
    void kill_process(InstanceId id);
    void process_starts(InstanceId id);
    void end_warm_up(InstanceId id);
    [[nodiscard]] double speed_of(InstanceId id) const;
    [[nodiscard, gnu::noinline]] sim::Duration unusual_work(const Attempt& attempt);

    // wear.cpp: processes that wear out
    void apply_wear(const Conditions& before);
    void process_crashes(InstanceId id);
    void forget_wear(InstanceId id);
    void see_wear(InstanceId id);
    void schedule_crash(InstanceId id);
    [[nodiscard]] sim::SimTime worn_out_at(const WearConditions& wear, InstanceId id) const;
    [[nodiscard]] double memory_limit(const WearConditions& wear, InstanceId id) const;
    [[nodiscard]] double wear_factor(InstanceId id) const;

    // pauses.cpp: instances at which nothing moves
    void apply_pauses(const Conditions& before);
    void pause(InstanceId id);
    void resume(InstanceId id);
    [[nodiscard, gnu::noinline]] bool waits_for_resume(const Event& event);
    [[nodiscard]] InstanceId owner_of(const Event& event) const;
    [[nodiscard]] InstanceId owner_of(const Call& call) const;
    [[nodiscard]] sim::EventHandle* handle_of(const Event& event);
    sim::EventHandle schedule_again(const Event& event, sim::SimTime when);
    void release_held(InstanceId id, bool powered);
    [[nodiscard]] std::vector<AttemptId> own_work_at(InstanceId id) const;
    // load.cpp: faults that bring customers, keep them away, or change their minds
    void apply_load();
    void draw_herd(ExtraLoad& extra, const LoadConditions& one);
    void set_rate(ExtraLoad& extra, double rate_per_s);
    void schedule_extra(ExtraLoad& extra);
    void extra_customer(std::uint32_t index);
    ExtraLoad& extra_load(std::uint32_t fault, std::uint32_t group);
    [[nodiscard, gnu::noinline]] bool stays_away(std::uint32_t group, RequestKey key) const;
    [[nodiscard, gnu::noinline]] const Journey& injected_journey(std::uint32_t group,
                                                                 double unit) const;

    // occurrences.cpp: faults that recur, and strengths that change
    void begin_recurrence(std::uint32_t fault);
    void plan_next(std::uint32_t process);
    void visit_changes(const Event& event);
    void end_faults(const EndFaultsAction& how);
    [[nodiscard]] std::optional<std::uint32_t> beginning_fault(const Event& event) const;
    void occurrence_due(std::uint32_t process);
    void occurrence_ends(std::uint32_t visit);
    void ramp_step(std::uint32_t visit);
    void set_visit(std::uint32_t fault, bool active);
    void begin_visit(std::uint32_t fault, std::vector<std::uint32_t> units, sim::Duration length);
    void next_strength(std::uint32_t visit);
    [[nodiscard]] std::vector<bool> struck_units(std::uint32_t fault) const;
    [[nodiscard]] std::vector<FaultStrike> present_strikes() const;
    [[nodiscard]] std::optional<FaultTarget> uncured_part(std::uint32_t fault) const;
    void remove_cured(std::uint32_t fault, const std::vector<std::uint32_t>& units,
                      FaultTarget& part) const;
    void cure_by_restart();
    void add_strikes(std::uint32_t fault, std::vector<FaultStrike>& strikes) const;

    // health.cpp: probes
    void build_checkers();
    void wake_checkers();
    [[nodiscard]] bool all_quiet() const;
    void probe_changes(const Event& event);
    void probe_due(std::uint32_t checker);
    void probe_arrives(std::uint32_t checker);
    void probe_result(std::uint32_t checker, bool passed);
    void note_hidden_faults(std::vector<FaultStrike> strikes);
    [[nodiscard]] bool runs_for_checks(InstanceId id) const;
    [[nodiscard]] bool depends_on_nothing_dead(InstanceId id) const;
    [[nodiscard]] bool answers_somebody(ServiceId callee, ZoneId from) const;
    void probe_waits(std::uint32_t checker, sim::Duration longest);
    [[gnu::noinline]] void probes_see_slot(InstanceId id);

    // dispatch.cpp: who handles which event
    void prefetch_named(const Attempt& attempt, bool at_server) const;
    void prefetch_behind(const Attempt& attempt, bool at_server) const;
    void prefetch_last(const Attempt& attempt, bool at_server) const;
    void prefetch_station(InstanceId instance) const;
    void expect_usual_delays();
    void call_goes_on(EventKind kind, CallId id);
    void customers_act(const Event& event);
    void tries_go_on(const Event& event);
    void server_goes_on(const Event& event);
    void begin_second(std::uint32_t second);
    /// Drawn times may be longer than any run: such an event never comes.
    sim::EventHandle after(sim::Duration delay, const Event& event) {
        return simulator_.at(sim::saturated_add(simulator_.now(), delay), event);
    }

    void post_after(sim::Duration delay, const Event& event) {
        simulator_.post(sim::saturated_add(simulator_.now(), delay), event);
    }

    struct ServiceStreams {
        sim::RngStream work;
        sim::RngStream errors;
        sim::RngStream fault_errors;
        sim::RngStream branches;
        sim::RngStream shedding;
        sim::RngStream limit;
        sim::RngStream same_work;
        sim::RngStream cache_key;
        sim::RngStream cache_refresh;
        sim::RngStream cache_life;
        sim::RngStream max_wait;
    };
    struct EdgeStreams {
        sim::RngStream balance;
        sim::RngStream backoff;
        sim::RngStream rules;
    };
    /// An arrival before its time is known.
    struct ComingArrival {
        double gap = 0.5;       ///< in (0, 1), then in mean gaps
        sim::Duration delay{};  ///< the same while every hour of the day is alike
        std::uint64_t word = 0;
    };
    struct GroupState {
        sim::RngStream customers;
        sim::RngStream arrivals;
        sim::RngStream think;
        sim::RngStream reclick;
        std::uint64_t path = 0;
        std::uint64_t arrived = 0;
        std::uint64_t next_word = 0;  ///< of the coming request: its journey and place
        // Those after it, each one step further than the one behind it:
        ComingArrival timed{};
        ComingArrival spaced{};
        ComingArrival drawn{};
    };
    /// Asks one replica on behalf of one observer.
    struct Checker {
        ObserverId observer;
        InstanceId instance;
        sim::Duration phase{};
        std::uint64_t probes = 0;
        int in_a_row = 0;        ///< results against the present view
        std::uint32_t open = 0;  ///< probes without a result yet
        bool awake = false;
    };

    /// A probe that waits for a slot, behind the requests that came before it.
    struct WaitingProbe {
        std::uint32_t checker = 0;
        InstanceId instance;
        std::uint32_t ahead = 0;   ///< requests
        sim::SimTime until{};      ///< an answer that leaves later is too late
        sim::EventHandle failure;  ///< when it is
    };
    [[nodiscard]] bool probe_lost(const Checker& checker) const;
    [[nodiscard]] sim::Duration probe_delay(const Checker& checker) const;
    [[nodiscard]] ZoneId observer_zone(const Checker& checker) const;
    [[nodiscard]] const HealthCheckConfig& config_of(const Checker& checker) const;
    void schedule_probe(std::uint32_t index);
    [[nodiscard]] sim::Duration probe_jitter(const Checker& checker, sim::SimTime due) const;
    [[nodiscard]] std::uint64_t observer_key(ObserverId observer) const;
    [[nodiscard]] bool observes(ObserverId observer, ServiceId service) const;

    const SystemModel& model_;
    ReplicationKey key_;
    sim::Simulator<Event> simulator_;
    Tracer* tracer_ = nullptr;         ///< somebody who follows single requests
    RequestCensus* census_ = nullptr;  ///< somebody who counts all: the scene may be calm
    Metrics metrics_;
    RoutingTable routing_;

    sim::Pool<Request, RequestId> requests_;
    sim::Pool<Call, CallId> calls_;
    std::vector<CallExtras> extras_;  ///< by call; grows when the first one needs them
    sim::Pool<Attempt, AttemptId> attempts_;
    sim::Pool<HedgingRecord, HedgingId> hedgings_;
    sim::Pool<OrphanedProbe, OrphanId> orphans_;
    sim::Pool<Press, PressId> presses_;
    sim::Pool<ClosingConnection, ClosingId> closing_;
    sim::LargeVector<Station> stations_;
    std::vector<Balancer> balancers_;
    /// Edges between the same two parties share balancers: the first of them stands for all.
    std::vector<std::uint32_t> first_edge_;
    std::vector<BalancerId> balancer_of_;  ///< first edge x caller's zone, made on first use
    std::size_t zones_ = 0;
    std::uint32_t first_group_ = 0;  ///< as a CallerId: instances come before
    ClientStates<RetryBudgetState> budgets_;
    ClientStates<WatchedBreaker> breakers_;
    ClientStates<ThrottleState> throttles_;
    ClientStates<RateLimitState> rate_limits_;
    ClientStates<Bulkhead> bulkheads_;
    ClientStates<Connections> connections_;
    ClientStates<HedgingState> hedge_states_;
    ClientStates<QuantileRule::State> try_times_;
    ClientStates<FallbackState> fallbacks_;
    ToldLevels told_levels_;
    sim::Pool<Fetch, FetchId> fetches_;
    sim::Pool<Message, MessageId> messages_;
    std::vector<sim::Box<CacheReplica>> caches_;  ///< by instance; empty without caches
    std::vector<sim::Box<QueueReplica>> queues_;  ///< by instance; empty without queues
    Names names_;                          ///< empty when nobody has to ask where somebody is
    std::vector<Database> databases_;      ///< parallel to services
    std::vector<Deployment> deployments_;  ///< of the faults that come with a version
    std::vector<Fleet> fleets_;            ///< of services that scale
    std::vector<ScaledReplica> scaled_;    ///< by instance; empty when nothing scales
    std::uint32_t wrong_addresses_ = 0;    ///< databases whose callers do not know the primary
    bool strays_ = false;                  ///< some primary has been away from its replicas
    bool notes_writes_ = false;            ///< some database's replicas are behind
    bool weighs_messages_ = knows_sizes(model_);  ///< of some messages
    bool quorums_ = false;                        ///< some database needs several replicas
    bool waits_for_replicas_ = false;             ///< some database replicates before it answers
    std::vector<SteeredRegion> steered_regions_;
    /// One fault that left connections dead, and when.
    struct HalfOpen {
        TrafficConditions where;
        sim::SimTime since{};
    };
    std::vector<HalfOpen> half_open_;
    std::vector<GroupState> groups_;
    std::vector<User> users_;
    std::vector<ExtraLoad> extra_loads_;  ///< made when a fault first needs one
    std::vector<Checker> checkers_;
    std::vector<WaitingProbe> waiting_probes_;
    std::vector<RuleBalancer> rule_balancers_;  ///< made on first use
    std::vector<OutlierDetector> detectors_;    ///< made on first use
    std::uint32_t awaiting_check_ = 0;  ///< ejected replicas that a health check may bring back
    std::vector<std::uint64_t> instance_names_;  ///< hashes of their names
    std::vector<TriedReplicas> tried_;           ///< by call
    std::vector<std::uint32_t> remaining_;       ///< scratch
    std::vector<std::uint8_t> allowed_;          ///< scratch
    std::vector<LoadMeter> load_meters_;         ///< by instance; empty when nobody asks
    std::vector<LoadStamp> load_stamps_;         ///< by attempt

    ActionBoard board_;                         ///< what operators are doing
    std::vector<ReplicaLevel> replica_levels_;  ///< by instance; empty when no service has levels
    Conditions nominal_;
    Conditions conditions_;
    /// What the plan has put on the calendar for one of its faults.
    struct PlannedEvent {
        std::uint32_t fault = 0;
        sim::EventHandle handle;
    };
    std::vector<PlannedEvent> planned_;
    std::vector<FaultVisit> visits_;  ///< first one for each fault that strikes once, by its number
    std::vector<RecurringProcess> recurring_;
    std::vector<std::uint8_t> ended_by_order_;  ///< by fault; empty until somebody gives one
    std::vector<sim::RngStream> fault_streams_;
    /// By fault and direction: when the link that it has narrowed is free again.
    std::vector<std::array<sim::SimTime, 2>> links_;
    bool is_nominal_ = true;
    bool calm_ = false;  ///< see Scene; asked again after every rare event
    std::span<const Watch> watched_;
    /// The time in which anything is watched; nothing is: never.
    sim::SimTime watch_from_ = sim::kNever;
    sim::SimTime watch_to_{};
    /// What health checks see of the conditions, while some fault is hidden from them.
    std::optional<Conditions> seen_by_checks_;
    std::uint32_t instances_off_ = 0;  ///< off or restarting
    std::uint32_t never_healthy_ = 0;  ///< views that no probe can reach in time
    /// No fault is active and no process is warming up: own work is what was drawn.
    bool work_is_usual_ = true;
    std::uint32_t warming_ = 0;  ///< processes
    /// What an instance's process has been through.
    struct Process {
        sim::SimTime started = kLongAgo;
        std::uint32_t starts = 0;
        std::uint32_t crashes = 0;  ///< of its own, in a row
        bool warming = false;
        bool deregistered = false;
        sim::EventHandle drain;
        sim::EventHandle deregistration;
        sim::EventHandle crash;
        sim::EventHandle warm;
    };
    std::vector<Process> processes_;  ///< by instance
    /// How much one process has worn under one fault.
    struct Wear {
        sim::SimTime since{};
        std::uint64_t requests = 0;
    };
    std::vector<std::vector<Wear>> wear_;       ///< by fault and instance; made when it begins
    std::vector<sim::EventHandle> next_hangs_;  ///< by fault
    std::vector<sim::SimTime> ended_since_;     ///< by fault: its certificates and tokens
    std::uint32_t paused_ = 0;                  ///< instances
    std::vector<sim::SimTime> paused_since_;
    /// Events of paused instances in the order in which they came.
    struct HeldEvent {
        InstanceId owner;
        Event event;
        sim::EventHandle handle;
    };
    std::vector<HeldEvent> held_;

    std::vector<ServiceStreams> service_streams_;
    std::vector<EdgeStreams> edge_streams_;
    sim::RngStream network_;
    std::vector<sim::Duration> fixed_delay_;  ///< from zone to zone; negative: draw it

    Books books_;
    /// By service and Level: the integrals of its stations when the present second began.
    std::vector<std::array<std::uint64_t, 3>> level_marks_;
    std::uint32_t peak_in_flight_ = 0;
    std::uint32_t last_serial_ = 0;
};

}  // namespace models
