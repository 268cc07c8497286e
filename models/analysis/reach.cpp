#include "models/analysis/reach.hpp"

#include <algorithm>
#include <span>

namespace models {

namespace {

/// The requests of an incident, customer by customer in the order of their arrivals.
class ByCustomer {
  public:
    ByCustomer(const CustomerLog& log, const Incident& incident) {
        for (const auto& entry : log.entries) {
            const double at_s = entry.arrival_s();
            if (at_s >= incident.from_s && at_s < incident.to_s) entries_.push_back(entry);
        }
        std::sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
            return a.customer != b.customer ? a.customer < b.customer : a.when < b.when;
        });
    }

    /// The requests of the next customer; empty after the last one.
    std::span<const CustomerEntry> next() {
        const std::size_t first = at_;
        while (at_ < entries_.size() && entries_[at_].customer == entries_[first].customer) ++at_;
        return {entries_.data() + first, at_ - first};
    }

  private:
    std::vector<CustomerEntry> entries_;
    std::size_t at_ = 0;
};

using Requests = std::span<const CustomerEntry>;

std::size_t count_bad(Requests requests) {
    return static_cast<std::size_t>(std::count_if(
        requests.begin(), requests.end(), [](const CustomerEntry& one) { return one.bad(); }));
}

bool is_serious(Requests requests, const Incident& incident) {
    const auto window_of = [&](const CustomerEntry& one) {
        return static_cast<std::int64_t>((one.arrival_s() - incident.from_s) / kSeriousWindow_s);
    };
    std::size_t first = 0;
    while (first < requests.size()) {
        std::size_t end = first;
        while (end < requests.size() && window_of(requests[end]) == window_of(requests[first])) {
            ++end;
        }
        const auto bad = static_cast<double>(count_bad(requests.subspan(first, end - first)));
        if (bad >= kSeriousShare * static_cast<double>(end - first)) return true;
        first = end;
    }
    return false;
}

/// Adds up one run's customers.
class Viewer {
  public:
    explicit Viewer(const Incident& incident) : incident_(incident) {}

    void add(Requests requests) {
        if (requests.empty()) return;
        const auto bad = count_bad(requests);
        ++view_.active;
        view_.hit += bad > 0 ? 1 : 0;
        view_.serious += bad > 0 && is_serious(requests, incident_) ? 1 : 0;
        bad_shares_.push_back(static_cast<double>(bad) / static_cast<double>(requests.size()));
        bool was_good = true;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const double next_s =
                i + 1 < requests.size() ? requests[i + 1].arrival_s() : incident_.to_s;
            const double lasts = std::min(next_s - requests[i].arrival_s(), kInactive_s);
            (requests[i].bad() ? view_.down_s : view_.up_s) += lasts;
            view_.interruptions += requests[i].bad() && was_good ? 1 : 0;
            was_good = !requests[i].bad();
        }
    }

    CustomerView take() {
        view_.gini = gini();
        return view_;
    }

  private:
    /// Of sorted x_1 <= ... <= x_n: sum of (2 i - n - 1) x_i over n times the sum; 0 when all are
    /// 0.
    double gini() {
        std::sort(bad_shares_.begin(), bad_shares_.end());
        const auto n = static_cast<double>(bad_shares_.size());
        double sum = 0;
        double weighted = 0;
        for (std::size_t i = 0; i < bad_shares_.size(); ++i) {
            sum += bad_shares_[i];
            weighted += (2 * static_cast<double>(i + 1) - n - 1) * bad_shares_[i];
        }
        return sum > 0 ? weighted / (n * sum) : 0;
    }

    Incident incident_;
    CustomerView view_;
    std::vector<double> bad_shares_;
};

}  // namespace

std::optional<CustomerReach> customer_reach(const CustomerLog& run, const CustomerLog& twin,
                                            const Incident& incident) {
    if (run.customers == 0) return std::nullopt;
    CustomerReach reach;
    reach.kept_one_in = run.kept_one_in;
    Viewer run_view(incident);
    Viewer twin_view(incident);
    ByCustomer in_run(run, incident);
    ByCustomer in_twin(twin, incident);
    auto here = in_run.next();
    auto there = in_twin.next();
    while (!here.empty() || !there.empty()) {
        // A customer may come in one of the two only (closed users, and faults on the load).
        const bool has_run =
            !here.empty() && (there.empty() || here[0].customer <= there[0].customer);
        const bool has_twin =
            !there.empty() && (here.empty() || there[0].customer <= here[0].customer);
        const auto run_bad = has_run ? count_bad(here) : 0;
        const auto twin_bad = has_twin ? count_bad(there) : 0;
        reach.harmed += run_bad > 0 && twin_bad == 0 ? 1 : 0;
        reach.spared += twin_bad > 0 && run_bad == 0 ? 1 : 0;
        if (has_run) run_view.add(here);
        if (has_twin) twin_view.add(there);
        if (has_run) here = in_run.next();
        if (has_twin) there = in_twin.next();
    }
    reach.run = run_view.take();
    reach.twin = twin_view.take();
    if (reach.run.active == 0 && reach.twin.active == 0) return std::nullopt;
    return reach;
}

}  // namespace models
