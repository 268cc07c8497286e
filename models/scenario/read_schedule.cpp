#include "models/scenario/read_schedule.hpp"

#include <fmt/format.h>

#include <array>

#include "models/scenario/reading.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"
#include "sim/yaml/write_scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

/// Reads a fault's times out of its map.
class ScheduleReader {
  public:
    ScheduleReader(MapReader& reader, const MapEntry& entry, FaultSpec& fault)
        : reader_(reader), entry_(entry), fault_(fault) {}

    void read() {
        read_recovery();
        const MapEntry* kind = find_kind();
        if (kind == nullptr) {
            read_once();
        } else {
            if (fault_.recovery == FaultRecovery::never) {
                diagnostics().error(fault_.recovery_place, "a fault that comes again recovers",
                                    "remove `recover: never`, or write `at` alone");
            }
            read_again(kind->key);
        }
        read_ramp();
    }

  private:
    [[nodiscard]] sim::Diagnostics& diagnostics() const { return reader_.diagnostics(); }

    void needs(std::string_view key, std::string hint) {
        if (!reader_.valid()) return;
        sim::report_key(diagnostics(), entry_,
                        fmt::format("fault `{}` needs `{}`", entry_.key, key), std::move(hint));
    }

    /// The one key that names a schedule.
    const MapEntry* find_kind() {
        const MapEntry* first = nullptr;
        for (const MapEntry& entry : reader_.node().entries) {
            const bool names_kind =
                [&]<class... Kinds>(std::in_place_type_t<std::variant<Kinds...>>) {
                    return ((entry.key == Kinds::name) || ...);
                }(std::in_place_type<FaultSchedule>);
            if (!names_kind) continue;
            if (first == nullptr) {
                first = &entry;
                continue;
            }
            reader_.take(entry.key);
            diagnostics().add({sim::Severity::error, entry.key_range,
                               fmt::format("fault `{}` has two schedules, `{}` and `{}`",
                                           entry_.key, first->key, entry.key),
                               "write two faults", first->key_range, "the other one"});
        }
        return first;
    }

    sim::Duration time(std::string_view key, std::string_view example, sim::Duration min) {
        const Node* node = reader_.take(key);
        if (node == nullptr) {
            needs(key, fmt::format("times count from the end of the warm-up: `{}`; or it comes "
                                   "again: `every: 10m`, `mtbf: 30m`, `cron`, `monkey`",
                                   example));
            return min;
        }
        return sim::read_duration(*node, diagnostics(), {min, kMaxTime}).value_or(min);
    }

    void read_recovery() {
        const MapEntry* entry = reader_.take_entry("recover");
        if (entry == nullptr) return;
        fault_.recovery_place = entry->key_range;
        fault_.recovery = sim::read_enum<FaultRecovery>(entry->value, diagnostics(), "recover",
                                                        {{"auto", FaultRecovery::by_itself},
                                                         {"restart", FaultRecovery::restart},
                                                         {"never", FaultRecovery::never}})
                              .value_or(FaultRecovery::by_itself);
        const MapEntry* length = reader_.node().find_entry("for");
        if (fault_.recovery != FaultRecovery::never || length == nullptr) return;
        sim::report_key(diagnostics(), *length, "a fault that never recovers has no length",
                        "remove `for`, or `recover: never`");
    }

    void read_once() {
        fault_.at = sim::SimTime{time("at", "at: 3m", sim::Duration{0}).ns};
        const Node* node = reader_.take("for");
        fault_.duration = sim::Duration{1};
        if (fault_.recovery != FaultRecovery::by_itself && node == nullptr) {
            fault_.duration = sim::kForever;
        } else if (node == nullptr) {
            needs("for", "times count from the end of the warm-up: `for: 1m`");
        } else {
            fault_.duration = sim::read_duration(*node, diagnostics(), {sim::Duration{1}, kMaxTime})
                                  .value_or(sim::Duration{1});
        }
    }

    void read_again(std::string_view kind) {
        RecurrenceSpec again;
        const bool good = [&]<class... Kinds>(std::in_place_type_t<std::variant<Kinds...>>) {
            return (read_kind<Kinds>(kind, again) || ...);
        }(std::in_place_type<FaultSchedule>);
        if (const Node* node = reader_.take("at")) {
            const auto at = sim::read_duration(*node, diagnostics(), {sim::Duration{0}, kMaxTime});
            fault_.at = sim::SimTime{at.value_or(sim::Duration{}).ns};
            again.begins_written = true;
        }
        read_until(again);
        read_parts(again);
        if (const MapEntry* entry = reader_.take_entry("correlation")) {
            read_correlation(*entry, again);
        }
        if (good) check_kind(again.schedule);
        fault_.recurrence = std::move(again);
    }

    template <class Kind>
    bool read_kind(std::string_view name, RecurrenceSpec& again) {
        if (name != Kind::name) return false;
        Kind kind;
        sim::ParameterReader parameters(reader_);
        kind.parameters(parameters);
        for (const std::string_view key : {"for", "mttr"}) {
            const Node& node = reader_.node();
            const bool declared = std::is_same_v<Kind, RenewalSchedule> == (key == "mttr");
            if (!declared || node.find(key) != nullptr) continue;
            needs(key, key == "mttr" ? "how long a repair takes on average: `mttr: 2m`"
                                     : "how long each visit lasts: `for: 1m`");
        }
        if constexpr (std::is_same_v<Kind, MonkeySchedule>) {
            const bool one = kind.prey() == MonkeyPrey::replica;
            fault_.effects = {one ? FaultEffect{CrashEffect{}} : FaultEffect{DownEffect{}}};
        }
        again.schedule = kind;
        return parameters.good();
    }

    void check_kind(const FaultSchedule& schedule) {
        const auto misfit = sim::misfit_of(schedule);
        if (!misfit) return;
        const Node* place = reader_.node().find(misfit->key);
        if (place != nullptr) sim::report(diagnostics(), *place, misfit->message, misfit->hint);
    }

    void read_until(RecurrenceSpec& again) {
        const Node* node = reader_.take("until");
        if (node == nullptr) return;
        const auto until = sim::read_duration(*node, diagnostics(), {sim::Duration{1}, kMaxTime});
        if (!until) return;
        again.until = sim::SimTime{until->ns};
        if (again.until > fault_.at) return;
        sim::report(diagnostics(), *node, "`until` is not later than `at`: the fault never comes",
                    "write a later time, from the end of the warm-up");
    }

    std::optional<FaultPart> part(const Node& node, std::string_view key) {
        return sim::read_enum<FaultPart>(node, diagnostics(), key,
                                         {{"replica", FaultPart::replica},
                                          {"zone", FaultPart::zone},
                                          {"region", FaultPart::region},
                                          {"service", FaultPart::service},
                                          {"target", FaultPart::target}});
    }

    /// `per`, `pick` and `among`; a monkey knows its own.
    void read_parts(RecurrenceSpec& again) {
        if (std::holds_alternative<MonkeySchedule>(again.schedule)) return read_prey(again);
        if (const MapEntry* entry = reader_.take_entry("per")) {
            again.per = part(entry->value, "per").value_or(FaultPart::target);
            again.parts_place = entry->key_range;
        }
        const MapEntry* pick = reader_.take_entry("pick");
        const MapEntry* among = reader_.take_entry("among");
        if (pick != nullptr) {
            read_pick(pick->value, again);
            again.parts_place = pick->key_range;
        }
        if (among != nullptr) {
            again.among = part(among->value, "among");
            if (pick == nullptr) {
                sim::report_key(diagnostics(), *among, "`among` says what `pick` picks",
                                "write `pick: one` beside it, or `per` for a process of each");
            }
        } else if (again.pick != Pick::all) {
            const bool wide = fault_places_zones();
            again.among = wide ? FaultPart::zone : FaultPart::replica;
        }
        if (!again.among || has_several(again.per, *again.among)) return;
        diagnostics().error(again.parts_place, "there is one such part in each: nothing to pick",
                            "pick smaller parts than those of `per`: `per: zone, pick: one, among: "
                            "replica`");
    }

    /// Whether one part of the first kind may have several of the second.
    static bool has_several(FaultPart whole, FaultPart part) {
        if (whole == FaultPart::target || part == FaultPart::target) return true;
        if (whole == FaultPart::replica || whole == part) return false;
        return whole != FaultPart::zone || part != FaultPart::region;
    }

    /// A region is picked by zones, everything else by replicas.
    [[nodiscard]] bool fault_places_zones() const {
        const Node& node = reader_.node();
        return node.find("region") != nullptr && node.find("service") == nullptr;
    }

    void read_pick(const Node& node, RecurrenceSpec& again) {
        if (node.is_scalar() && (node.text == "one" || node.text == "all")) {
            again.pick = node.text == "one" ? Pick::one : Pick::all;
            return;
        }
        if (!node.is_scalar() || node.text.empty() || node.text.back() != '%') {
            sim::report(diagnostics(), node, "`pick` says how many of the parts a visit strikes",
                        "write `pick: one`, `pick: all` or a share such as `pick: 30%`");
            return;
        }
        again.pick = Pick::share;
        again.pick_share = sim::read_percent(node, diagnostics(), {0, 1, true}).value_or(1);
    }

    static void read_prey(RecurrenceSpec& again) {
        const auto& monkey = std::get<MonkeySchedule>(again.schedule);
        again.pick = Pick::one;
        switch (monkey.prey()) {
            case MonkeyPrey::replica:
                again.per = FaultPart::service;
                again.among = FaultPart::replica;
                return;
            case MonkeyPrey::zone:
                again.among = FaultPart::zone;
                return;
            case MonkeyPrey::region:
                again.among = FaultPart::region;
                return;
        }
        SIM_ASSERT(false);
    }

    void read_correlation(const MapEntry& entry, RecurrenceSpec& again) {
        if (!std::holds_alternative<RenewalSchedule>(again.schedule)) {
            sim::report_key(
                diagnostics(), entry, "`correlation` shares failures of `mtbf`",
                "other schedules strike all parts at once unless `pick` says otherwise");
            return;
        }
        MapReader map(entry.value, diagnostics(), "correlation");
        CorrelationSpec correlation;
        correlation.range = entry.key_range;
        if (const Node* node = map.require("beta")) {
            correlation.beta = sim::read_number(*node, diagnostics(), {0, 1}).value_or(0);
        }
        if (const Node* node = map.take("group")) {
            for (const Node& item : sim::read_list(*node, diagnostics(), "faults or parts")) {
                const auto name = sim::read_string(item, diagnostics(), "a fault or a part");
                if (name) correlation.group.push_back({*name, item.range});
            }
        }
        map.finish();
        again.correlation = std::move(correlation);
    }

    [[nodiscard]] sim::Duration visit_length() const {
        if (!fault_.recurrence) return fault_.duration;
        return std::visit(
            [](const auto& kind) {
                if constexpr (requires { kind.length; }) return kind.length;
                return sim::kForever;  // a repair of random length: its ramps are fitted
            },
            fault_.recurrence->schedule);
    }

    void read_ramp() {
        const MapEntry* entry = reader_.take_entry("ramp");
        if (entry == nullptr) return;
        fault_.ramp_place = entry->key_range;
        const auto errors = diagnostics().error_count();
        MapReader map(entry->value, diagnostics(), "ramp");
        sim::ParameterReader parameters(map);
        fault_.ramp.parameters(parameters);
        map.finish();
        if (!map.valid() || diagnostics().error_count() > errors) return;
        if (!fault_.ramp.any()) {
            sim::report_key(diagnostics(), *entry, "`ramp` needs `in`, `out` or both",
                            "write `ramp: {in: 30s, out: 10s}`");
        } else if (visit_length() - fault_.ramp.in < fault_.ramp.out) {
            sim::report_key(diagnostics(), *entry, "the ramps are longer than `for`",
                            fmt::format("both are inside the fault's {}: it is over at its end",
                                        sim::duration_text(visit_length())));
        }
    }

    MapReader& reader_;
    const MapEntry& entry_;
    FaultSpec& fault_;
};

/// A key that goes with one of the schedules.
struct Companion {
    std::string_view key;
    std::string_view owner;
};

constexpr std::array<Companion, 14> kCompanions = {
    {{"times", "it belongs to `every: 10m`"},
     {"jitter", "it belongs to `every: 10m`; that of a delay to its `effect`"},
     {"mttr", "it belongs to `mtbf: 30m`"},
     {"distribution", "it belongs to `mtbf: 30m`"},
     {"shape", "it belongs to `mtbf: 30m` with `distribution: weibull`"},
     {"repairs", "it belongs to `mtbf: 30m`"},
     {"correlation", "it belongs to `mtbf: 30m`"},
     {"start", "it belongs to `cron` and `monkey`; the time of a fault is `at`"},
     {"day", "it belongs to `cron` and inside `monkey`"},
     {"until", "it belongs to faults that come again: `every: 10m`, `mtbf: 30m`"},
     {"per", "it belongs to faults that come again: `every: 10m`, `mtbf: 30m`"},
     {"pick",
      "it belongs to faults that come again; others name `replicas: {service: a, count: 1}`"},
     {"among", "it belongs to `pick`, of faults that come again"},
     {"for", "the length of its visits is `mttr`"}}};

}  // namespace

void take_schedule(MapReader& reader, const MapEntry& entry, FaultSpec& fault) {
    ScheduleReader(reader, entry, fault).read();
}

void add_schedule_hints(const FaultSpec& fault, std::vector<sim::KeyHint>& hints) {
    const bool monkey =
        fault.recurrence && std::holds_alternative<MonkeySchedule>(fault.recurrence->schedule);
    for (const Companion& one : kCompanions) {
        const bool parts = one.key == "per" || one.key == "pick" || one.key == "among";
        hints.push_back(
            {one.key, "", parts && monkey ? "a monkey picks by its own rule" : one.owner});
    }
    if (!fault.recurrence) {
        hints.push_back({"schedule", "",
                         "a fault that comes again has `every: 10m`, `mtbf: 30m`, `cron` or "
                         "`monkey: chaos`"});
    }
}

}  // namespace models
