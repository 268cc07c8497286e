#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/engine/client_states.hpp"
#include "models/engine/event.hpp"
#include "models/engine/model.hpp"
#include "models/engine/records.hpp"
#include "models/engine/replication.hpp"
#include "models/engine/routing.hpp"
#include "models/engine/rule_balancer.hpp"
#include "models/engine/station.hpp"
#include "models/fault/conditions.hpp"
#include "models/metrics/recorders.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/simulator.hpp"

namespace models {

/// All mutable state of one replication. `run` is the only entry point from outside; `handle` is
/// called back by the simulator for every event.
///
/// The life of one try: call.cpp starts it, network.cpp carries it, station.cpp queues and works
/// on it and makes its own calls, network.cpp carries the reply, call.cpp decides what is next.
class World {
  public:
    World(const SystemModel& model, ReplicationKey key, const sim::Limits& limits);

    RunResult run();

    void handle(const Event& event);
    /// What the limit counts: tries, and calls and requests that wait for lost ones.
    [[nodiscard]] std::uint32_t in_flight() const {
        return std::max({attempts_.live(), calls_.live(), requests_.live()});
    }

  private:
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

    struct Checker;

    // arrivals.cpp: customers
    [[nodiscard]] bool too_many_users(RunResult& result) const;
    static RequestKey next_key(const User& who);
    void start_workloads();
    void schedule_arrival(std::uint32_t group);
    void customer_arrives(std::uint32_t group);
    void user_returns(std::uint32_t user);
    void let_user_think(std::uint32_t user, sim::Duration least);
    void start_request(std::uint32_t group, RequestKey key, std::uint32_t user);
    void end_request(RequestId id, Outcome outcome);
    void close_open_requests();

    // call.cpp: a call at its caller
    CallId open_call(std::uint32_t site, EndpointId endpoint, std::uint32_t edge,
                     std::uint64_t number, std::uint64_t path);
    void begin_call(CallId id);
    void begin_try(CallId id);
    void arm_try_timer(CallId id);
    void call_timer(CallId id);
    void retry_due(CallId id) { begin_try(id); }
    void try_ended(CallId id, Outcome outcome, bool as_503);
    [[nodiscard]] bool may_retry(CallId id, Outcome outcome, bool as_503, sim::Duration& delay);
    void end_call(CallId id, Outcome outcome, bool as_503);
    void abandon_call(CallId id);
    void detach_try(CallId id);

    // client.cpp: the rules of a call's policy that remember earlier calls
    [[nodiscard]] CallerId caller_of(const Call& call) const;
    RetryBudgetState& budget_state(const Call& call);
    void rules_see_call(const Call& call);
    void rules_see_try(const Call& call);
    void rules_see_try_end(const Call& call, Outcome outcome, bool as_503);
    void rules_see_call_end(const Call& call, Outcome outcome);
    void rules_see_abandoned(const Call& call);
    [[nodiscard]] bool pay_for_retry(Call& call, Outcome outcome);

    // balancing.cpp: which replica
    InstanceId choose_instance(CallId id);
    InstanceId choose_replica(CallId id, const std::vector<InstanceId>& candidates);
    [[nodiscard]] bool seems_full(const Call& call, const std::vector<InstanceId>& replicas) const;
    [[nodiscard]] std::uint32_t position_of(InstanceId instance) const;
    BalancerId balancer_for(const Call& call);
    void count_try(Call& call, InstanceId instance);
    void forget_try(Call& call);

    // balancing_rules.cpp: which replica, by rules that need more than tries in flight
    InstanceId choose_by_rules(CallId id, ObserverId observer);
    RuleBalancer& rule_balancer(const Call& call, ObserverId observer);
    std::uint32_t make_rule_balancer(const Call& call, ObserverId observer);
    void refresh(RuleBalancer& rules, const Call& call);
    void see_replicas(RuleBalancer& rules);
    void narrow(RuleBalancer& rules, const Call& call);
    [[nodiscard]] bool spills(const RuleBalancer& rules, const Call& call) const;
    [[nodiscard]] std::span<const std::uint32_t> options_for(RuleBalancer& rules,
                                                             const Call& call);
    [[nodiscard]] std::span<const std::uint32_t> without_tried(
        CallId id, std::span<const std::uint32_t> members);
    [[nodiscard]] std::span<const double> slow_start_weights(RuleBalancer& rules);
    [[nodiscard]] std::uint32_t caller_number(const Call& call) const;
    [[nodiscard]] std::uint64_t caller_name(const Call& call) const;
    [[nodiscard]] std::uint64_t customer_of(const Call& call) const;
    void rules_see_answer(const Call& call, Outcome outcome, bool as_503);

    // load_reports.cpp: what servers say of themselves
    void stamp_load(AttemptId id);
    void load_report_arrives(AttemptId id);

    // outliers.cpp: replicas that do badly
    std::uint32_t detector_for(const Call& call, ObserverId observer);
    void schedule_sweep(std::uint32_t detector);
    void outlier_sweep(std::uint32_t detector);
    void detector_sees(std::uint32_t detector, std::uint32_t replica, HostResult result);
    void ejections_changed(std::uint32_t detector, std::uint32_t before);
    void check_ends_ejections(const Checker& checker);

    // network.cpp: messages
    void send_try(CallId id, InstanceId instance);
    void answer_at_caller(AttemptId id, Outcome outcome, sim::Duration when);
    void send_reply(AttemptId id);
    void reply_arrives(AttemptId id);
    void lose_try(AttemptId id);
    [[nodiscard]] sim::Duration message_delay(const Attempt& attempt, bool to_server) const;
    [[nodiscard]] bool message_lost(const Attempt& attempt) const;
    [[nodiscard]] const EdgeConditions* edge_conditions(const Attempt& attempt) const;

    // station.cpp: a try at its instance
    void try_arrives(AttemptId id);
    void begin_work(AttemptId id);
    void work_done(AttemptId id);
    void next_step(AttemptId id);
    bool start_step(AttemptId id);
    void start_call_of(AttemptId id, const CallSpec& spec, std::uint32_t repetition);
    void child_ended(AttemptId id, CallId child, Outcome outcome, bool as_503);
    void finish(AttemptId id, Outcome outcome);
    void release_slot(AttemptId id);
    void take_next(InstanceId id);
    [[nodiscard]] bool is_wasted(const Attempt& attempt) const;
    [[nodiscard]] bool fails_at_end_of_work(const Attempt& attempt) const;
    [[nodiscard]] Call* origin_of(const Attempt& attempt);
    [[nodiscard]] Request* open_request_of(const Attempt& attempt);
    void note_duplicate(const Attempt& attempt);
    void abandon_calls_of(Attempt& attempt);

    // faults.cpp: Conditions change, instances go and come back
    void schedule_faults();
    void change_faults(std::uint32_t fault, bool active);
    void apply_power(const Conditions& before);
    void power_off(const std::vector<InstanceId>& instances);
    void drop_station(InstanceId id);
    void vanish(AttemptId id, Power how);
    void begin_restart(InstanceId id);
    void instance_restarted(InstanceId id);
    void primary_lost(InstanceId id);
    void primary_back(InstanceId id);
    void failover_done(ServiceId service);
    void change_level(ServiceId service, Level level, std::int32_t change);

    // health.cpp: probes
    void build_checkers();
    void wake_checkers();
    [[nodiscard]] bool all_quiet() const;
    void probe_due(std::uint32_t checker);
    void probe_arrives(std::uint32_t checker);
    void probe_result(std::uint32_t checker, bool passed);

    void begin_second(std::uint32_t second);
    /// Drawn times may be longer than any run: such an event never comes.
    sim::EventHandle after(sim::Duration delay, const Event& event) {
        return simulator_.at(sim::saturated_add(simulator_.now(), delay), event);
    }

    struct ServiceStreams {
        sim::RngStream work;
        sim::RngStream errors;
        sim::RngStream fault_errors;
        sim::RngStream branches;
    };
    struct EdgeStreams {
        sim::RngStream balance;
        sim::RngStream backoff;
    };
    struct GroupState {
        sim::RngStream customers;
        sim::RngStream arrivals;
        sim::RngStream think;
        std::uint64_t path = 0;
        std::uint64_t arrived = 0;
    };
    struct Database {
        InstanceId primary;
        sim::EventHandle failover;
        bool overdue = false;  ///< the time is up and no replica was alive
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

    [[nodiscard]] bool probe_lost(const Checker& checker) const;
    [[nodiscard]] sim::Duration probe_delay(const Checker& checker) const;
    [[nodiscard]] ZoneId observer_zone(const Checker& checker) const;
    [[nodiscard]] const HealthCheckConfig& config_of(const Checker& checker) const;
    void schedule_probe(std::uint32_t index);
    [[nodiscard]] std::uint64_t observer_key(ObserverId observer) const;
    [[nodiscard]] bool observes(ObserverId observer, ServiceId service) const;

    const SystemModel& model_;
    ReplicationKey key_;
    sim::Simulator<Event> simulator_;
    Metrics metrics_;
    RoutingTable routing_;

    sim::Pool<Request, RequestId> requests_;
    sim::Pool<Call, CallId> calls_;
    sim::Pool<Attempt, AttemptId> attempts_;
    std::vector<Station> stations_;
    std::vector<Balancer> balancers_;
    /// Edges between the same two parties share balancers: the first of them stands for all.
    std::vector<std::uint32_t> first_edge_;
    std::vector<BalancerId> balancer_of_;  ///< first edge x caller's zone, made on first use
    ClientStates<RetryBudget> budgets_;
    std::vector<Database> databases_;  ///< parallel to services
    std::vector<GroupState> groups_;
    std::vector<User> users_;
    std::vector<Checker> checkers_;
    std::vector<RuleBalancer> rule_balancers_;  ///< made on first use
    std::vector<OutlierDetector> detectors_;    ///< made on first use
    std::uint32_t awaiting_check_ = 0;          ///< ejected replicas that a health check may bring back
    std::vector<std::uint64_t> instance_names_; ///< hashes of their names
    std::vector<std::vector<std::uint32_t>> tried_;  ///< by call: replicas that it was sent to
    std::vector<std::uint32_t> untried_;        ///< scratch
    std::vector<std::uint8_t> allowed_;         ///< scratch
    std::vector<LoadMeter> load_meters_;        ///< by instance; empty when nobody asks
    std::vector<LoadStamp> load_stamps_;        ///< by attempt

    Conditions nominal_;
    Conditions conditions_;
    std::vector<bool> active_faults_;
    bool is_nominal_ = true;
    std::uint32_t instances_off_ = 0;  ///< off or restarting
    std::uint32_t never_healthy_ = 0;  ///< views that no probe can reach in time

    std::vector<ServiceStreams> service_streams_;
    std::vector<EdgeStreams> edge_streams_;
    sim::RngStream network_;
    std::vector<sim::Duration> fixed_delay_;  ///< by delay index; negative: draw it

    std::vector<std::uint64_t> offered_;  ///< by flow, measured arrivals: for conservation
    std::uint32_t peak_in_flight_ = 0;
    std::uint32_t last_serial_ = 0;
};

}  // namespace models
