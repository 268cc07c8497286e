// Faults that come again, and strengths that change while a fault lasts. Every process draws by its
// own counter from streams of its fault's name, so its visits are the same in every strategy and
// nothing else moves them. Visits of one fault to the same unit become one, from the first start to
// the last end: the strongest of them holds.
#include <algorithm>
#include <functional>

#include "models/engine/world.hpp"

namespace models {

void World::begin_recurrence(std::uint32_t fault) {
    const auto& planned = model_.faults[fault];
    for (std::uint32_t i = 0; i < planned.recurrence->processes.size(); ++i) {
        const auto& process = planned.recurrence->processes[i];
        RecurringProcess recurring;
        recurring.fault = fault;
        recurring.number = i;
        recurring.state = planned.recurrence->first_state(process);
        recurring.times = sim::RngStream(key_.seed, key_.replication, planned.name, "schedule");
        recurring.picks = sim::RngStream(key_.seed, key_.replication, planned.name, "pick");
        recurring.path = sim::hash_text(process.name);
        recurring_.push_back(recurring);
        plan_next(static_cast<std::uint32_t>(recurring_.size() - 1));
    }
}

void World::plan_next(std::uint32_t process) {
    auto& one = recurring_[process];
    sim::KeyedRng rng(one.times, one.state.count, one.path);
    const auto next =
        next_occurrence(model_.faults[one.fault].recurrence->schedule, one.state, rng);
    if (!next) return;
    one.next = *next;
    ++one.state.count;
    one.state.last_at = next->at;
    one.state.last_end = next->end();
    simulator_.at(std::max(next->at, simulator_.now()), {EventKind::occurrence_due, process});
}

/// The fault of an event that begins something or makes it stronger; nothing: it ends something.
std::optional<std::uint32_t> World::beginning_fault(const Event& event) const {
    if (event.kind() == EventKind::fault_starts) return event.subject();
    if (event.kind() == EventKind::occurrence_due) return recurring_[event.subject()].fault;
    if (event.kind() == EventKind::ramp_step) return visits_[event.subject()].fault;
    return std::nullopt;
}

/// By order: they are over, and do not begin again.
void World::end_faults(const EndFaultsAction& how) {
    ended_by_order_.resize(model_.faults.size());
    for (std::uint32_t i = 0; i < model_.faults.size(); ++i) {
        if (how.ends(model_.faults[i].name)) ended_by_order_[i] = 1;
    }
    for (auto& visit : visits_) {
        if (visit.strength > 0 && ended_by_order_[visit.fault] != 0) visit.strength = 0;
    }
    renew_conditions();
}

void World::visit_changes(const Event& event) {
    if (!ended_by_order_.empty()) {
        const auto fault = beginning_fault(event);
        if (fault && ended_by_order_[*fault] != 0) return;
    }
    if (event.kind() == EventKind::fault_starts) return change_faults(event.subject(), true);
    if (event.kind() == EventKind::fault_ends) return change_faults(event.subject(), false);
    if (event.kind() == EventKind::hang_due) return hang_due(event.subject());
    if (event.kind() == EventKind::occurrence_due) return occurrence_due(event.subject());
    if (event.kind() == EventKind::occurrence_ends) return occurrence_ends(event.subject());
    ramp_step(event.subject());
}

void World::occurrence_due(std::uint32_t process) {
    const auto fault = recurring_[process].fault;
    const auto length = recurring_[process].next.length;
    const auto& recurrence = *model_.faults[fault].recurrence;
    const auto& rule = recurrence.processes[recurring_[process].number];
    sim::KeyedRng rng(recurring_[process].picks, recurring_[process].state.count,
                      recurring_[process].path);
    auto units = pick_units(recurrence, rule, struck_units(fault), rng);
    if (!units.empty()) begin_visit(fault, std::move(units), length);
    for (const auto other : rule.faults) {
        std::vector<std::uint32_t> all(model_.faults[other].recurrence->units.size());
        for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
        begin_visit(other, std::move(all), length);
    }
    renew_conditions();
    plan_next(process);
}

void World::begin_visit(std::uint32_t fault, std::vector<std::uint32_t> units,
                        sim::Duration length) {
    const auto first = visits_.begin() + static_cast<std::ptrdiff_t>(model_.faults.size());
    const auto free = std::find_if(first, visits_.end(),
                                   [](const FaultVisit& visit) { return visit.strength == 0; });
    const auto index = static_cast<std::uint32_t>(free - visits_.begin());
    if (free == visits_.end()) visits_.emplace_back();
    visits_[index] = {fault, std::move(units), simulator_.now(), length, 1};
    next_strength(index);
    after(length, {EventKind::occurrence_ends, index});
}

void World::occurrence_ends(std::uint32_t visit) {
    visits_[visit].strength = 0;
    renew_conditions();
}

/// The visit of a fault that strikes once.
void World::set_visit(std::uint32_t fault, bool active) {
    auto& visit = visits_[fault];
    if (!active) {
        visit.strength = 0;
        return;
    }
    visit = {fault, {}, simulator_.now(), model_.faults[fault].duration, 1};
    next_strength(fault);
}

void World::next_strength(std::uint32_t index) {
    auto& visit = visits_[index];
    const auto& ramp = model_.faults[visit.fault].ramp;
    if (!ramp.any()) return;
    const auto since = simulator_.now() - visit.start;
    visit.strength = ramp.strength(since, visit.length);
    const auto change = ramp.next_change(since, visit.length);
    if (change && *change < visit.length)
        simulator_.at(visit.start + *change, {EventKind::ramp_step, index});
}

void World::ramp_step(std::uint32_t visit) {
    next_strength(visit);
    renew_conditions();
}

std::vector<bool> World::struck_units(std::uint32_t fault) const {
    std::vector<bool> struck(model_.faults[fault].recurrence->units.size(), false);
    for (const auto& visit : visits_) {
        if (visit.fault != fault || visit.strength == 0) continue;
        for (const auto unit : visit.units) struck[unit] = true;
    }
    return struck;
}

std::vector<FaultStrike> World::present_strikes() const {
    std::vector<FaultStrike> strikes;
    for (std::uint32_t fault = 0; fault < model_.faults.size(); ++fault) {
        if (model_.faults[fault].recurrence) {
            add_strikes(fault, strikes);
        } else if (is_deployed(model_.faults[fault])) {
            add_deployed(fault, strikes);
        } else if (visits_[fault].strength > 0) {
            strikes.push_back({fault, visits_[fault].strength, uncured_part(fault)});
        }
    }
    return strikes;
}

/// Nothing: the whole target. A process that has started since is a new one.
std::optional<FaultTarget> World::uncured_part(std::uint32_t fault) const {
    const auto& planned = model_.faults[fault];
    if (!planned.cured_by_restart) return std::nullopt;
    FaultTarget part = planned.target;
    const auto since = visits_[fault].start;
    std::erase_if(part.instances,
                  [&](InstanceId id) { return processes_[id.value].started > since; });
    return part;
}

/// The same of some units, each struck since the last start of a visit to it.
void World::remove_cured(std::uint32_t fault, const std::vector<std::uint32_t>& units,
                         FaultTarget& part) const {
    const auto& planned = model_.faults[fault];
    if (!planned.cured_by_restart) return;
    for (const auto unit : units) {
        auto since = kLongAgo;
        for (const auto& visit : visits_) {
            if (visit.fault != fault || visit.strength == 0) continue;
            if (std::count(visit.units.begin(), visit.units.end(), unit) > 0) {
                since = std::max(since, visit.start);
            }
        }
        for (const auto id : planned.recurrence->units[unit].instances) {
            if (processes_[id.value].started > since) std::erase(part.instances, id);
        }
    }
}

/// A process has started: faults that a restart cures have lost it.
void World::cure_by_restart() {
    for (std::uint32_t fault = 0; fault < model_.faults.size(); ++fault) {
        if (!model_.faults[fault].cured_by_restart) continue;
        const auto active = [&](const FaultVisit& visit) {
            return visit.fault == fault && visit.strength > 0;
        };
        if (std::any_of(visits_.begin(), visits_.end(), active)) return renew_conditions();
    }
}

/// One strike for all units of the same strength.
void World::add_strikes(std::uint32_t fault, std::vector<FaultStrike>& strikes) const {
    const auto& planned = model_.faults[fault];
    std::vector<double> strength(planned.recurrence->units.size(), 0);
    for (const auto& visit : visits_) {
        if (visit.fault != fault) continue;
        for (const auto unit : visit.units) {
            strength[unit] = std::max(strength[unit], visit.strength);
        }
    }
    auto levels = strength;
    std::sort(levels.begin(), levels.end(), std::greater<>());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    for (const double level : levels) {
        if (level == 0) continue;
        std::vector<std::uint32_t> units;
        for (std::uint32_t unit = 0; unit < strength.size(); ++unit) {
            if (strength[unit] == level) units.push_back(unit);
        }
        if (planned.recurrence->whole && !planned.cured_by_restart) {
            strikes.push_back({fault, level, {}});
            continue;
        }
        auto part = target_of_units(planned.target, *planned.recurrence, units);
        remove_cured(fault, units, part);
        strikes.push_back({fault, level, std::move(part)});
    }
}

}  // namespace models
