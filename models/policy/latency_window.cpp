#include "models/policy/latency_window.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/write_scalars.hpp"

namespace models {
namespace {

constexpr std::int64_t kSlices = 5;
constexpr int kBinsLog2 = 6;     // bins per octave
constexpr int kLowestLog2 = 10;  // below 2^10 ns bins are 16 ns wide
constexpr int kHighestLog2 = 42;
constexpr std::size_t kBinsPerOctave = std::size_t{1} << kBinsLog2;
constexpr std::size_t kBins = kBinsPerOctave * (kHighestLog2 - kLowestLog2 + 1);

std::int64_t floor_division(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

std::size_t bin_of(std::int64_t ns) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(0, ns));
    const int log2 = static_cast<int>(std::bit_width(value)) - 1;
    if (log2 >= kHighestLog2) return kBins - 1;
    const int octave = std::max(0, log2 - kLowestLog2 + 1);
    const int shift = std::max(log2, kLowestLog2) - kBinsLog2;
    if (octave == 0) return static_cast<std::size_t>(value >> (kLowestLog2 - kBinsLog2));
    return static_cast<std::size_t>(octave) * kBinsPerOctave +
           static_cast<std::size_t>((value >> shift) & (kBinsPerOctave - 1));
}

/// The middle of a bin.
sim::Duration value_of(std::size_t bin) {
    const auto octave = bin / kBinsPerOctave;
    const auto part = static_cast<std::int64_t>(bin % kBinsPerOctave);
    const int shift = kLowestLog2 - kBinsLog2 + static_cast<int>(octave == 0 ? 0 : octave - 1);
    const std::int64_t base = octave == 0 ? 0 : std::int64_t{1} << (shift + kBinsLog2);
    return {base + (part << shift) + (std::int64_t{1} << shift) / 2};
}

std::size_t first_of(std::int64_t slice) {
    return static_cast<std::size_t>(slice - floor_division(slice, kSlices) * kSlices) * kBins;
}

}  // namespace

void QuantileRule::parameters(sim::Parameters& p) {
    p.percent("percentile", percentile, "share of replies that were faster", {0, 0.99999, true});
    p.duration("window", window, "how far back it looks",
               {sim::milliseconds(10), sim::whole_seconds(86'400)});
    p.duration("refresh", refresh, "how often it looks",
               {sim::milliseconds(1), sim::whole_seconds(86'400)});
    p.duration("min", min, "never less than");
    p.timeout("max", max, "never more than");
    p.factor("padding", padding, "factor on what it saw", {0, 1000, true});
}

QuantileRule::State QuantileRule::initial() const {
    State state;
    state.counts.resize(kBins * kSlices);
    return state;
}

void QuantileRule::advance(State& state, sim::SimTime now) const {
    const std::int64_t slice = floor_division(now.ns, window.ns / kSlices);
    if (slice <= state.slice) return;
    const std::int64_t oldest = std::max(state.slice, slice - kSlices);
    for (std::int64_t begun = oldest + 1; begun <= slice; ++begun) {
        const auto first = state.counts.begin() + static_cast<std::ptrdiff_t>(first_of(begun));
        std::fill(first, first + static_cast<std::ptrdiff_t>(kBins), 0U);
    }
    state.slice = slice;
}

std::optional<sim::Duration> QuantileRule::quantile(const State& state) const {
    std::uint64_t total = 0;
    for (const std::uint32_t count : state.counts) total += count;
    if (total == 0) return std::nullopt;
    const auto rank = static_cast<std::uint64_t>(
        std::max(1.0, std::ceil(percentile * static_cast<double>(total))));
    std::uint64_t seen = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        for (std::size_t i = bin; i < state.counts.size(); i += kBins) seen += state.counts[i];
        if (seen >= rank) return value_of(bin);
    }
    SIM_ASSERT(false);
}

/// Everything recorded so far was recorded before the refresh that is due.
void QuantileRule::catch_up(State& state, sim::SimTime now) const {
    const std::int64_t period = floor_division(now.ns, refresh.ns);
    if (period != state.period) {
        if (state.period != INT64_MIN) {
            advance(state, {period * refresh.ns});
            if (const auto found = quantile(state)) {
                const double padded = static_cast<double>(found->ns) * padding;
                state.value = std::clamp(sim::from_seconds(padded * 1e-9), min, std::max(min, max));
            }
        }
        state.period = period;
    }
    advance(state, now);
}

void QuantileRule::record(State& state, sim::SimTime now, sim::Duration took) const {
    catch_up(state, now);
    std::uint32_t& count = state.counts[first_of(state.slice) + bin_of(took.ns)];
    if (count != UINT32_MAX) ++count;
}

std::optional<sim::Duration> QuantileRule::current(State& state, sim::SimTime now) const {
    catch_up(state, now);
    return state.value;
}

TimeRuleState initial_time_state(const TimeRule& rule) {
    const auto* quantile = std::get_if<QuantileRule>(&rule);
    return quantile != nullptr ? TimeRuleState(quantile->initial()) : std::nullopt;
}

std::optional<sim::Duration> current_time(const TimeRule& rule, TimeRuleState& state,
                                          sim::SimTime now) {
    if (const auto* fixed = std::get_if<sim::Duration>(&rule)) return *fixed;
    return std::get<QuantileRule>(rule).current(*state, now);
}

void record_time(const TimeRule& rule, TimeRuleState& state, sim::SimTime now, sim::Duration took) {
    if (const auto* quantile = std::get_if<QuantileRule>(&rule)) {
        quantile->record(*state, now, took);
    }
}

namespace {

bool read_time_rule(const sim::Node& node, sim::Diagnostics& diagnostics, std::string_view key,
                    TimeRule& rule, TimeRuleLimits limits, bool partial) {
    if (!node.is_map()) {
        if (limits.or_none && node.is_scalar() && node.text == "none") {
            rule = sim::kForever;
            return true;
        }
        const auto fixed = sim::read_duration(node, diagnostics, {limits.least, sim::kForever});
        if (fixed) rule = *fixed;
        return fixed.has_value();
    }
    sim::MapReader map(node, diagnostics, std::string(key));
    sim::ParameterReader reader(map, partial);
    auto* known = std::get_if<QuantileRule>(&rule);
    QuantileRule quantile = known != nullptr ? *known : QuantileRule{};
    quantile.parameters(reader);
    map.finish();
    if (!reader.good()) return false;
    rule = quantile;
    return true;
}

std::string default_of(const TimeRule& rule) {
    if (const auto* fixed = std::get_if<sim::Duration>(&rule)) return sim::duration_text(*fixed);
    return "{percentile: " + sim::percent_text(std::get<QuantileRule>(rule).percentile) + "}";
}

}  // namespace

void time_rule_parameter(sim::Parameters& p, std::string_view key, TimeRule& rule,
                         std::string_view summary, TimeRuleLimits limits) {
    std::string type = limits.or_none ? "duration|'none'|" : "duration|";
    p.other(
        key, type + "@", default_of(rule), summary,
        [&rule, key, limits](const sim::Node& node, sim::Diagnostics& diagnostics, bool partial) {
            return read_time_rule(node, diagnostics, key, rule, limits, partial);
        },
        {sim::list_parameters<QuantileRule>()});
}

}  // namespace models
