// What servers say of themselves with every reply, for balancers that go by it: requests and errors
// per second, and the share of their slots at work, measured over the last whole second.
#include "models/engine/world.hpp"

namespace models {
namespace {

void move_to(LoadMeter& meter, std::int64_t second) {
    if (meter.second == second) return;
    meter.last = meter.second == second - 1 ? meter.current : LoadMeter::Second{};
    meter.current = LoadMeter::Second{};
    meter.second = second;
}

}  // namespace

/// The reply leaves: the server counts it and says how the second before was.
void World::stamp_load(AttemptId id) {
    const auto& attempt = attempts_[id];
    const auto service = service_of(attempt.instance);
    auto& meter = load_meters_[attempt.instance.value];
    const auto now = simulator_.now();
    move_to(meter, interval_number(now, sim::whole_seconds(1)));
    ++meter.current.queries;
    meter.current.errors += is_success(attempt.outcome) ? 0 : 1;
    meter.current.work_s += attempt.work.seconds();
    if (load_stamps_.size() <= id.value) load_stamps_.resize(attempts_.capacity());
    auto& stamp = load_stamps_[id.value];
    stamp.number = attempt.number;
    stamp.path = attempt.path;
    stamp.report.replica = position_of(attempt.instance);
    stamp.report.queries_per_s = meter.last.queries;
    stamp.report.errors_per_s = meter.last.errors;
    const auto capacity = model_.services[service.value].capacity();
    stamp.report.utilisation = capacity > 0 ? meter.last.work_s / capacity : 0;  // 0: unbounded
}

void World::load_report_arrives(AttemptId id) {
    const auto& attempt = attempts_[id];
    const auto& call = calls_[attempt.call];
    if (call.site->plain_balancing || id.value >= load_stamps_.size()) return;
    auto& stamp = load_stamps_[id.value];
    if (stamp.number != attempt.number || stamp.path != attempt.path) return;
    stamp.report.now = simulator_.now();
    if (auto* rules = known_rule_balancer(call)) {
        balancing_on_load(rules->policy->load_balancing, rules->state, caller_number(call),
                          stamp.report);
    }
}

}  // namespace models
