#include "models/metrics/self_gauge.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"

namespace models {
namespace {

double seconds_of_integral(sim::WideInteger ns) { return sim::seconds_of(static_cast<double>(ns)); }

std::optional<double> ratio_of(double part, double whole) {
    if (whole <= 0) return std::nullopt;
    return part / whole;
}

}  // namespace

void SelfMeter::set_up(std::uint32_t capacity, bool sojourns) {
    capacity_ = capacity;
    if (sojourns) sojourns_.emplace();
}

void SelfMeter::start(sim::SimTime now) {
    started_ = now;
    busy_.reset(now);
    queued_.reset(now);
    waited_s_ = 0;
    waits_ = calls_ = failed_ = 0;
    forget_sojourns();
}

void SelfMeter::change(Level level, std::int32_t change, sim::SimTime now) {
    if (level == Level::busy) busy_.add(now, change);
    if (level == Level::queued) queued_.add(now, change);
}

SelfMeter::Sums SelfMeter::sums(sim::SimTime now) const {
    Sums sums;
    sums.up_s = (now - started_).seconds();
    sums.busy_s = seconds_of_integral(busy_.integral(now));
    sums.capacity_s = capacity_ * sums.up_s;
    sums.queued_s = seconds_of_integral(queued_.integral(now));
    sums.waited_s = waited_s_;
    sums.waits = static_cast<double>(waits_);
    sums.failed = static_cast<double>(failed_);
    sums.calls = static_cast<double>(calls_);
    return sums;
}

SelfGauge::SelfGauge(const LevelCondition& condition, bool unmeasured)
    : condition_(condition),
      unmeasured_(unmeasured),
      sums_(static_cast<std::size_t>(condition.over.ns / 1'000'000'000) + 1) {
    if (condition.metric == SelfMetric::p99) sojourns_.resize(sums_.size() - 1);
}

void SelfGauge::look(sim::SimTime now, const SelfMeter& meter) {
    const std::size_t place = seen_ % sums_.size();
    sums_[place] = meter.sums(now);
    if (!sojourns_.empty()) {
        auto& second = sojourns_[(seen_ - 1) % sojourns_.size()];
        second.clear();
        second.merge(*meter.sojourns());
    }
    ++seen_;
    const bool full = seen_ >= sums_.size();
    const auto value = full ? measure(seen_ % sums_.size(), place) : std::nullopt;
    const bool is = value ? is_true(*value, condition_.op, condition_.limit) : full && unmeasured_;
    auto& since = is ? true_since_ : false_since_;
    (is ? false_since_ : true_since_).reset();
    if (!since) since = now;
}

std::optional<double> SelfGauge::measure(std::size_t from, std::size_t to) const {
    const auto& a = sums_[from];
    const auto& b = sums_[to];
    switch (condition_.metric) {
        case SelfMetric::utilisation:
            return ratio_of(b.busy_s - a.busy_s, b.capacity_s - a.capacity_s);
        case SelfMetric::queue:
            return ratio_of(b.queued_s - a.queued_s, b.up_s - a.up_s);
        case SelfMetric::wait:
            return ratio_of(b.waited_s - a.waited_s, b.waits - a.waits);
        case SelfMetric::errors:
            return ratio_of(b.failed - a.failed, b.calls - a.calls);
        case SelfMetric::p99:
            return percentile();
    }
    SIM_ASSERT(false);
}

std::optional<double> SelfGauge::percentile() const {
    auto all = sojourns_.front();
    for (std::size_t i = 1; i < sojourns_.size(); ++i) all.merge(sojourns_[i]);
    const auto ns = all.quantile(0.99);
    if (!ns) return std::nullopt;
    return sim::seconds_of(*ns);
}

bool SelfGauge::is_met(sim::SimTime now) const {
    return true_since_ && now >= sim::saturated_add(*true_since_, condition_.holds);
}

bool SelfGauge::is_over(sim::SimTime now, sim::SimTime from, sim::Duration length) const {
    return false_since_ && now >= sim::saturated_add(std::max(*false_since_, from), length);
}

void SelfGauge::reset() {
    sums_.front() = {};
    seen_ = 1;
    true_since_.reset();
    false_since_.reset();
}

}  // namespace models
