#include "sim/experiment/frontier.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"

namespace sim {

namespace {

constexpr std::size_t kSpareProbes = 6;
/// A first bracket grows and shrinks by this.
constexpr double kStride = 2;

bool is_certain(Verdict verdict) { return verdict == Verdict::met || verdict == Verdict::missed; }

}  // namespace

FrontierSearch::FrontierSearch(const FrontierRange& range) : range_(range) {
    SIM_ASSERT(range.from < range.to && range.tolerance > 0);
    SIM_ASSERT(!range.logarithmic || range.from > 0);
}

std::optional<Verdict> FrontierSearch::low_verdict() const {
    if (range_.start) return Verdict::met;
    for (const auto& probe : probes_) {
        if (probe.at == range_.from && is_certain(probe.verdict)) return probe.verdict;
        if (probe.at == range_.to && is_certain(probe.verdict)) {
            // Where the low end cannot be told it is taken for the other one.
            const auto other = probe.verdict == Verdict::met ? Verdict::missed : Verdict::met;
            if (probes_.front().verdict == Verdict::inconclusive) return other;
        }
    }
    return std::nullopt;
}

std::optional<double> FrontierSearch::low() const {
    const auto wanted = low_verdict();
    std::optional<double> found;
    for (const auto& probe : probes_) {
        if (wanted && probe.verdict == *wanted && (!found || probe.at > *found)) found = probe.at;
    }
    return found;
}

std::optional<double> FrontierSearch::high() const {
    const auto other = low_verdict();
    std::optional<double> found;
    for (const auto& probe : probes_) {
        const bool is_high = other && is_certain(probe.verdict) && probe.verdict != *other;
        if (is_high && (!found || probe.at < *found)) found = probe.at;
    }
    return found;
}

double FrontierSearch::middle(double a, double b) const {
    const double there = range_.logarithmic ? std::sqrt(a * b) : (a + b) / 2;
    return range_.whole ? std::round(there) : there;
}

bool FrontierSearch::is_narrow(double a, double b) const {
    if (range_.whole) return b - a <= 1 || b - a <= range_.tolerance * std::abs(b);
    return b - a <= range_.tolerance * std::max(std::abs(a), std::abs(b));
}

/// Until both ends are known: from the start outwards, or the ends themselves.
std::optional<double> FrontierSearch::next_end() const {
    if (!range_.start) {
        if (probes_.empty()) return range_.from;
        return probes_.size() == 1 ? std::optional(range_.to) : std::nullopt;
    }
    if (probes_.empty()) return std::clamp(*range_.start, range_.from, range_.to);
    const auto [lowest, highest] = std::minmax_element(
        probes_.begin(), probes_.end(),
        [](const FrontierProbe& a, const FrontierProbe& b) { return a.at < b.at; });
    if (!low() && lowest->at > range_.from) return std::max(range_.from, lowest->at / kStride);
    if (!high() && highest->at < range_.to) return std::min(range_.to, highest->at * kStride);
    return std::nullopt;
}

/// In the wider of the gaps beside what is inconclusive.
std::optional<double> FrontierSearch::next_between() const {
    const auto low_end = low();
    const auto high_end = high();
    // A missing end is inconclusive itself: the other side is narrowed towards it.
    double unsure_from = high_end.value_or(range_.to);
    double unsure_to = low_end.value_or(range_.from);
    if (!low_end && !high_end) return std::nullopt;
    if (low_end && high_end && is_narrow(*low_end, *high_end)) return std::nullopt;
    bool unsure = false;
    for (const auto& probe : probes_) {
        if (is_certain(probe.verdict)) continue;
        if (low_end && probe.at < *low_end) continue;
        if (high_end && probe.at > *high_end) continue;
        unsure_from = std::min(unsure_from, probe.at);
        unsure_to = std::max(unsure_to, probe.at);
        unsure = true;
    }
    if (!unsure && !(low_end && high_end)) return std::nullopt;  // both ends say the same
    if (!unsure) return middle(*low_end, *high_end);
    const auto width = [&](double a, double b) { return range_.logarithmic ? b / a : b - a; };
    const bool below = low_end && !is_narrow(*low_end, unsure_from);
    const bool above = high_end && !is_narrow(unsure_to, *high_end);
    if (below && (!above || width(*low_end, unsure_from) >= width(unsure_to, *high_end))) {
        return middle(*low_end, unsure_from);
    }
    if (above) return middle(unsure_to, *high_end);
    return std::nullopt;
}

std::optional<double> FrontierSearch::next() const {
    if (probes_.size() >= most_probes(range_)) return std::nullopt;
    if (const auto end = next_end()) return end;
    return next_between();
}

void FrontierSearch::tell(Verdict verdict) {
    const auto at = next();
    SIM_ASSERT(at.has_value());
    tell(*at, verdict);
}

void FrontierSearch::tell(double at, Verdict verdict) { probes_.push_back({at, verdict}); }

std::size_t most_probes(const FrontierRange& range) {
    double ends = 2;
    double halvings = 0;
    if (range.start) {
        ends = std::ceil(std::log2(range.to / range.from)) + 1;
        halvings = std::log2(std::log(kStride) / std::log1p(range.tolerance));
    } else if (range.logarithmic) {
        halvings = std::log2(std::log(range.to / range.from) / std::log1p(range.tolerance));
    } else {
        const double least = std::max(
            range.tolerance * std::max(std::abs(range.from), (range.to - range.from) / 100),
            range.whole ? 1.0 : 0.0);
        halvings = std::log2((range.to - range.from) / least);
    }
    return static_cast<std::size_t>(ends + std::ceil(std::max(1.0, halvings))) + kSpareProbes;
}

double probe_confidence(const FrontierRange& range, double confidence) {
    return 1 - (1 - confidence) / static_cast<double>(most_probes(range));
}

double alpha_of_probe_look(double alpha) { return alpha / static_cast<double>(kProbeLooks.size()); }

}  // namespace sim
