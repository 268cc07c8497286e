#include "models/metrics/recorders.hpp"

namespace models {
namespace {

template <class Integer>
double to_seconds(Integer ns) {
    return sim::seconds_of(static_cast<double>(ns));
}

}  // namespace

std::uint64_t SliceResult::offered() const {
    std::uint64_t sum = 0;
    for (const auto count : outcomes) sum += count;
    return sum;
}

std::uint64_t SliceResult::success() const {
    return outcomes[static_cast<std::size_t>(Outcome::ok)] +
           outcomes[static_cast<std::size_t>(Outcome::degraded)] - poor;
}

void SliceResult::merge(const SliceResult& other) {
    for (std::size_t i = 0; i < kOutcomes; ++i) outcomes[i] += other.outcomes[i];
    calls += other.calls;
    tries += other.tries;
    duplicates += other.duplicates;
    poor += other.poor;
    quality_sum += other.quality_sum;
    if (within.size() < other.within.size()) within.resize(other.within.size());
    for (std::size_t i = 0; i < other.within.size(); ++i) within[i] += other.within[i];
    latency.merge(other.latency);
}

FlowRecorder::FlowRecorder(const MeasurementPlan& plan)
    : plan_(plan), grid_(plan.windows()), flows_(plan.flows) {
    for (auto& flow : flows_) {
        flow.slices.resize(plan.slices.size());
        for (std::size_t i = 0; i < plan.slices.size(); ++i) {
            flow.slices[i].within.resize(plan.slices[i].limits.size());
        }
        flow.windows.resize(grid_.size());
        flow.latency = LatencyWindows(plan.seconds());
        flow.places.resize(plan.zones);
    }
}

void FlowRecorder::count_place(FlowResult& flow, std::size_t window, std::uint32_t zone,
                               bool good) const {
    auto& windows = flow.places[zone];
    if (windows.empty()) windows.resize(grid_.size());
    auto& counts = windows[window];
    ++counts.offered;
    counts.success += good ? 1 : 0;
}

RemedyRecorder::RemedyRecorder(const MeasurementPlan& plan)
    : duration_(plan.duration), wanted_(plan.zones > 0) {
    if (wanted_) seen_down_.assign(plan.instances, sim::kNever);
}

void RemedyRecorder::on(const ReplicaSeen& fact) {
    add(fact.healthy ? RemedyKind::readmitted : RemedyKind::avoided, fact.service, fact.now);
    if (!wanted_ || fact.healthy || !sim::is_within(fact.now, duration_)) return;
    auto& first = seen_down_[fact.instance.value];
    first = std::min(first, fact.now);
}

void RemedyRecorder::add(RemedyKind kind, ServiceId service, sim::SimTime now) {
    if (!wanted_ || !sim::is_within(now, duration_) || remedies_.size() == kMost) return;
    remedies_.push_back({kind, service.value, now});
}

EdgeRecorder::EdgeRecorder(const MeasurementPlan& plan)
    : duration_(plan.duration), grid_(plan.windows()), edges_(plan.edges) {
    if (plan.zones == 0) return;
    before_.resize(plan.edges);
    for (auto& edge : edges_) edge.windows.reserve(grid_.size());
}

void EdgeRecorder::on(const SecondBegins& fact) {
    if (!grid_.ends_at(static_cast<std::size_t>(fact.second))) return;
    for (std::size_t i = 0; i < before_.size(); ++i) {
        auto& edge = edges_[i];
        auto& [calls, tries] = before_[i];
        edge.windows.push_back({static_cast<std::uint32_t>(edge.calls - calls),
                                static_cast<std::uint32_t>(edge.tries - tries)});
        calls = edge.calls;
        tries = edge.tries;
    }
}

ServiceRecorder::ServiceRecorder(const MeasurementPlan& plan)
    : duration_(plan.duration), grid_(plan.windows()), records_(plan.services) {
    for (auto& record : records_) {
        record.result.windows.reserve(grid_.size());
    }
}

void ServiceRecorder::on(const TryRefused& fact) {
    auto& result = records_[fact.service.value].result;
    auto& count = fact.outcome == Outcome::throttled  ? result.throttled
                  : fact.outcome == Outcome::deadline ? result.expired
                                                      : result.shed;
    count += counts(fact.now);
}

void ServiceRecorder::on(const SecondBegins& fact) {
    const bool window_ends = grid_.ends_at(static_cast<std::size_t>(fact.second));
    for (auto& record : records_) {
        if (fact.second > 0) close_second(record, fact.now);
        if (window_ends) close_window(record);
        record.capacity.reset(fact.now);
    }
}

void ServiceRecorder::close_second(Record& record, sim::SimTime now) {
    const auto integral = [&](Level level) {
        return to_seconds(record.level_ns[static_cast<std::size_t>(level)]);
    };
    auto& result = record.result;
    const double busy = integral(Level::busy);
    const double working = integral(Level::working);
    const double queued = integral(Level::queued);
    const double capacity = to_seconds(record.capacity.integral(now));
    result.busy_s += busy;
    result.working_s += working;
    result.queued_s += queued;
    result.capacity_s += capacity;
    auto& window = record.window;
    window.busy_s += busy;
    window.working_s += working;
    window.queued_s += queued;
    window.capacity_s += capacity;
    window.wasted_s += static_cast<double>(record.wasted_s);
    record.wasted_s = 0;
}

void ServiceRecorder::close_window(Record& record) {
    const auto& sums = record.window;
    record.result.windows.push_back(
        {record.arrivals, static_cast<float>(sums.busy_s), static_cast<float>(sums.working_s),
         static_cast<float>(sums.queued_s), static_cast<float>(sums.capacity_s),
         static_cast<float>(sums.wasted_s)});
    record.arrivals = 0;
    record.window = {};
}

void ServiceRecorder::finish(RunResult& result) {
    result.services.reserve(records_.size());
    for (auto& record : records_) result.services.push_back(std::move(record.result));
}

}  // namespace models
