#include "models/sweep/columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double number_or_none(const Measure& value) { return value.value_or(kNone); }

/// In the order of MetricUnit.
constexpr std::array<std::string_view, kMetricUnits> kUnitNames = {"ratio", "s", "1/s", "factor",
                                                                   "count"};

std::string_view column_unit(MetricUnit unit) { return kUnitNames[static_cast<std::size_t>(unit)]; }

/// Measures of a flow over the whole run, in the order of their columns.
struct FlowMeasure {
    std::string_view name;
    std::string_view unit;
    Reduce reduce;
    double (*value)(const SliceDigest&);
};
constexpr std::array<FlowMeasure, 6> kFlowMeasures = {{
    {"offered", "count", Reduce::mean,
     [](const SliceDigest& slice) { return static_cast<double>(slice.offered); }},
    {"goodput", "1/s", Reduce::mean,
     [](const SliceDigest& slice) { return number_or_none(slice.goodput); }},
    {"mean", "s", Reduce::mean,
     [](const SliceDigest& slice) { return number_or_none(slice.mean); }},
    {"tries", "factor", Reduce::mean,
     [](const SliceDigest& slice) { return number_or_none(slice.tries); }},
    {"duplicates", "count", Reduce::mean,
     [](const SliceDigest& slice) { return static_cast<double>(slice.duplicates); }},
    {"quality", "ratio", Reduce::mean,
     [](const SliceDigest& slice) { return number_or_none(slice.quality); }},
}};

struct ServiceColumn {
    std::string_view name;
    std::string_view unit;
    ServiceMeasure measure;
};
constexpr std::array<ServiceColumn, 10> kServiceColumns = {{
    {"utilisation", "ratio", ServiceMeasure::utilisation},
    {"waitMean", "s", ServiceMeasure::wait_mean},
    {"waitP99", "s", ServiceMeasure::wait_p99},
    {"sojournMean", "s", ServiceMeasure::sojourn_mean},
    {"sojournP99", "s", ServiceMeasure::sojourn_p99},
    {"queueLength", "count", ServiceMeasure::queue_length},
    {"throughput", "1/s", ServiceMeasure::throughput},
    {"amplification", "factor", ServiceMeasure::amplification},
    {"wasted", "ratio", ServiceMeasure::wasted},
    {"shed", "count", ServiceMeasure::shed},
}};

std::string subject_of(const StudyFrame& frame, const SloCell& cell) {
    if (cell.service) return "service." + frame.services[*cell.service].name;
    std::string text = cell.subject.group;
    if (!cell.subject.journey.empty()) text += (text.empty() ? "" : "/") + cell.subject.journey;
    return text.empty() ? "all" : text;
}

SweepColumn slo_column(const StudySettings& settings, const StudyFrame& frame,
                       const SloCell& cell) {
    SweepColumn column;
    column.subject = subject_of(frame, cell);
    column.metric = to_string(cell.rule.metric);
    column.unit = column_unit(unit_of(cell.rule.metric));
    column.reduce = Reduce::slo;
    column.slo = cell.rule.name;
    column.rule = rule_of(cell.rule);
    column.threshold = threshold_of(settings, cell.rule);
    column.op = sim::symbol_of(threshold_op(cell.rule.op));
    column.limit = cell.rule.limit;
    column.judges = cell.judges;
    return column;
}

SweepColumn plain(std::string subject, std::string_view metric, std::string_view unit,
                  Reduce reduce) {
    SweepColumn column;
    column.subject = std::move(subject);
    column.metric = metric;
    column.unit = unit;
    column.reduce = reduce;
    return column;
}

void add_flow_columns(const StudyFrame& frame, std::vector<SweepColumn>& columns) {
    for (const auto& flow : frame.flows) {
        const auto subject = flow.group + "/" + flow.journey;
        columns.push_back(plain(subject, "success", "ratio", Reduce::ratio));
        for (const auto& one : kFlowMeasures) {
            columns.push_back(plain(subject, one.name, one.unit, one.reduce));
        }
        for (const auto& quantile : kQuantileTable) {
            columns.push_back(plain(subject, quantile.name, "s", Reduce::percentile));
        }
        if (!frame.faults.empty()) columns.push_back(plain(subject, "lost", "count", Reduce::mean));
    }
}

/// Groups that have a time of recovery, and the faults that they can recover from.
template <class Visit>
void for_each_recovery(const StudyFrame& frame, const Visit& visit) {
    const auto subjects = group_subjects(frame);
    for (std::size_t s = 0; s < subjects.size(); ++s) {
        for (std::size_t f = 0; f < frame.faults.size(); ++f) {
            if (!frame.faults[f].recurs) visit(subjects[s], s, f);
        }
    }
}

void add_flow_values(const StudyFrame& frame, const RunDigest& run, std::vector<double>& values) {
    for (std::size_t i = 0; i < run.flows.size(); ++i) {
        const auto& slice = run.flows[i].front();
        values.push_back(static_cast<double>(slice.success));
        values.push_back(static_cast<double>(slice.offered));
        for (const auto& one : kFlowMeasures) values.push_back(one.value(slice));
        for (const auto& latency : slice.latency) values.push_back(number_or_none(latency));
        if (!frame.faults.empty()) values.push_back(run.lost[i]);
    }
}

}  // namespace

MetricUnit unit_named(std::string_view name) {
    const auto found = std::find(kUnitNames.begin(), kUnitNames.end(), name);
    return found == kUnitNames.end() ? MetricUnit::count
                                     : static_cast<MetricUnit>(found - kUnitNames.begin());
}

std::size_t width_of(Reduce reduce) {
    switch (reduce) {
        case Reduce::ratio:
            return 2;
        case Reduce::mean:
        case Reduce::percentile:
        case Reduce::duration:
            return 1;
        case Reduce::slo:
            return 3;
    }
    SIM_ASSERT(false);
}

std::vector<SweepColumn> sweep_columns(const StudySettings& settings, const StudyFrame& frame,
                                       const std::vector<SloCell>& cells) {
    std::vector<SweepColumn> columns;
    for (const auto& cell : cells) columns.push_back(slo_column(settings, frame, cell));
    add_flow_columns(frame, columns);
    for (const auto& service : frame.services) {
        for (const auto& one : kServiceColumns) {
            columns.push_back(plain("service." + service.name, one.name, one.unit, Reduce::mean));
        }
    }
    for_each_recovery(frame, [&](const Subject& subject, std::size_t, std::size_t fault) {
        columns.push_back(plain(subject.group, "recovery from " + frame.faults[fault].name, "s",
                                Reduce::duration));
    });
    return columns;
}

std::vector<double> sweep_values(const std::vector<SweepColumn>& columns, const StudyFrame& frame,
                                 const RunDigest& run) {
    std::vector<double> values;
    for (const auto& slo : run.slos) {
        values.push_back(number_or_none(slo.value));
        values.push_back(static_cast<double>(slo.share.good));
        values.push_back(static_cast<double>(slo.share.all));
    }
    add_flow_values(frame, run, values);
    for (const auto& service : run.services) {
        for (const auto& one : kServiceColumns) {
            values.push_back(number_or_none(service[one.measure]));
        }
    }
    for_each_recovery(frame, [&](const Subject&, std::size_t subject, std::size_t fault) {
        values.push_back(number_or_none(run.recovery[subject][fault]));
    });
    std::size_t wanted = 0;
    for (const auto& column : columns) wanted += width_of(column.reduce);
    SIM_ASSERT(values.size() == wanted);
    return values;
}

RunDigest sweep_digest(const std::vector<SweepColumn>& columns, const StudyFrame& frame,
                       const std::vector<double>& values) {
    RunDigest digest;
    // That there is something to recover from; when is among the values of the SLOs.
    if (!frame.faults.empty()) digest.recovery.emplace_back();
    const auto measure = [&](std::size_t at) {
        return std::isnan(values[at]) ? Measure{} : Measure{values[at]};
    };
    const auto count = [&](std::size_t at) { return static_cast<std::uint64_t>(values[at]); };
    std::size_t at = 0;
    for (const auto& column : columns) {
        if (column.reduce == Reduce::slo) {
            digest.slos.push_back({measure(at), {count(at + 1), count(at + 2)}});
        } else if (column.reduce == Reduce::ratio) {
            auto& slice = digest.flows.emplace_back().emplace_back();
            slice.success = count(at);
            slice.offered = count(at + 1);
        } else if (column.metric == "mean" && !digest.flows.empty()) {
            digest.flows.back().front().mean = measure(at);
        }
        at += width_of(column.reduce);
    }
    return digest;
}

std::string verdicts_text(const StrategyRuns& runs) {
    std::string text;
    if (!runs.automatic) return text;
    for (std::size_t i = 0; i < runs.cells.size(); ++i) {
        if (!runs.cells[i].judges) continue;
        const auto& cell = runs.automatic->cells[i];
        switch (cell.state) {
            case CellCertainty::State::open:
                text += 'o';
                break;
            case CellCertainty::State::too_close:
                text += 'c';
                break;
            case CellCertainty::State::certain:
                text += cell.verdict == sim::Verdict::met ? 'm' : 'x';
                break;
        }
    }
    return text;
}

sim::Verdict read_verdict(char letter) {
    if (letter == 'm') return sim::Verdict::met;
    return letter == 'x' ? sim::Verdict::missed : sim::Verdict::inconclusive;
}

std::string values_bytes(std::span<const double> values) {
    std::string bytes;
    bytes.reserve(values.size() * sizeof(double));
    for (const double value : values) {
        // One pattern for every NaN, so that equal results are equal bytes.
        const double canonical = std::isnan(value) ? kNone : value;
        std::uint64_t bits = 0;
        std::memcpy(&bits, &canonical, sizeof bits);
        for (std::size_t i = 0; i < sizeof bits; ++i, bits >>= 8) {
            bytes.push_back(static_cast<char>(bits & 0xff));
        }
    }
    return bytes;
}

std::vector<double> read_values(std::string_view bytes) {
    std::vector<double> values;
    values.reserve(bytes.size() / sizeof(double));
    for (std::size_t at = 0; at + sizeof(double) <= bytes.size(); at += sizeof(double)) {
        std::uint64_t bits = 0;
        for (std::size_t i = sizeof bits; i-- > 0;) {
            bits = bits << 8 | static_cast<unsigned char>(bytes[at + i]);
        }
        std::memcpy(&values.emplace_back(), &bits, sizeof bits);
    }
    return values;
}

}  // namespace models
