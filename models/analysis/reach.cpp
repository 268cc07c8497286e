#include "models/analysis/reach.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include "sim/core/sort_by_key.hpp"

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
        sim::sort_by_key(entries_, [](const CustomerEntry& one) {
            return (std::uint64_t{one.customer} << 32) | one.when;
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
        return static_cast<std::int64_t>((one.arrival_s() - incident.from_s) /
                                         kSeriousWindowSeconds);
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

/// How long a customer lives with the answer: until the next request or the incident's end, and
/// not longer than customers are thought to be there.
double lasts_s(Requests requests, std::size_t i, const Incident& incident) {
    const double next_s = i + 1 < requests.size() ? requests[i + 1].arrival_s() : incident.to_s;
    return std::min(next_s - requests[i].arrival_s(), kInactiveSeconds);
}

/// Adds up one run's customers.
class Viewer {
  public:
    explicit Viewer(const Incident& incident)
        : incident_(incident), seconds_(incident.to_s - incident.from_s) {}

    void add(Requests requests) {
        if (requests.empty()) return;
        const auto bad = count_bad(requests);
        ++view_.active;
        view_.hit += bad > 0 ? 1 : 0;
        view_.serious += bad > 0 && is_serious(requests, incident_) ? 1 : 0;
        bad_shares_.push_back(static_cast<double>(bad) / static_cast<double>(requests.size()));
        bool was_good = true;
        const auto is_touched = [](const CustomerEntry& one) { return one.touched(); };
        view_.touched += std::any_of(requests.begin(), requests.end(), is_touched) ? 1 : 0;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const double lasts = lasts_s(requests, i, incident_);
            (requests[i].bad() ? view_.down_s : view_.up_s) += lasts;
            seconds_.add(!requests[i].bad(), requests[i].arrival_s() - incident_.from_s, lasts);
            if (!requests[i].bad()) view_.degraded_s += lasts * (1 - requests[i].quality());
            view_.interruptions += requests[i].bad() && was_good ? 1 : 0;
            was_good = !requests[i].bad();
        }
    }

    CustomerView take() {
        view_.gini = gini();
        view_.lowest_uptime = seconds_.lowest();
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
    UptimeSeconds seconds_;
    CustomerView view_;
    std::vector<double> bad_shares_;
};

/// Adds up the customers by journey and zone.
class CellBook {
  public:
    CellBook(const CustomerLog& run, const CustomerLog& twin, const Incident& incident)
        : incident_(incident) {
        std::uint32_t journeys = 0;
        for (const auto* log : {&run, &twin}) {
            for (const auto& one : log->entries) {
                journeys = std::max<std::uint32_t>(journeys, one.journey + 1U);
                zones_ = std::max<std::uint32_t>(zones_, one.zone + 1U);
            }
        }
        cells_.resize(std::size_t{journeys} * zones_);
    }

    /// The requests of one customer.
    void add(Requests run, Requests twin) {
        ++customer_;
        for (std::size_t i = 0; i < twin.size(); ++i) {
            auto& cell = meet(twin[i]);
            if (!twin[i].bad()) continue;
            cell.bad_in_twin = customer_;
            cell.sum.down_twin_s += lasts_s(twin, i, incident_);
        }
        for (std::size_t i = 0; i < run.size(); ++i) {
            auto& cell = meet(run[i]);
            if (!run[i].bad()) continue;
            cell.sum.down_s += lasts_s(run, i, incident_);
            if (cell.bad_in_twin == customer_ || cell.harmed == customer_) continue;
            cell.harmed = customer_;
            ++cell.sum.harmed;
        }
        add_excess(run, twin);
    }

    [[nodiscard]] std::vector<ReachCell> take() const {
        std::vector<ReachCell> used;
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            if (cells_[i].sum.active == 0) continue;
            used.push_back(cells_[i].sum);
            used.back().journey = static_cast<std::uint32_t>(i) / zones_;
            used.back().zone = static_cast<std::uint32_t>(i) % zones_;
        }
        return used;
    }

  private:
    /// A cell, and the last customer of whom something is known there.
    struct Cell {
        ReachCell sum;
        std::uint64_t seen = 0;
        std::uint64_t bad_in_twin = 0;
        std::uint64_t harmed = 0;
    };

    Cell& cell_of(const CustomerEntry& one) {
        return cells_[std::size_t{one.journey} * zones_ + one.zone];
    }
    Cell& meet(const CustomerEntry& one) {
        auto& cell = cell_of(one);
        cell.sum.active += cell.seen == customer_ ? 0 : 1;
        cell.seen = customer_;
        return cell;
    }
    /// The same requests of the two, which are those with the same time and journey.
    void add_excess(Requests run, Requests twin) {
        std::size_t other = 0;
        for (const auto& one : run) {
            while (other < twin.size() && twin[other].arrival_ms() < one.arrival_ms()) ++other;
            if (other == twin.size()) return;
            const auto& same = twin[other];
            if (same.arrival_ms() != one.arrival_ms() || same.journey != one.journey) continue;
            ++other;
            if (one.bad() || same.bad()) continue;
            cell_of(one).sum.excess_s += std::max(
                0.0, static_cast<double>(one.latency_s) - static_cast<double>(same.latency_s));
        }
    }

    Incident incident_;
    std::uint32_t zones_ = 0;
    std::uint64_t customer_ = 0;
    std::vector<Cell> cells_;
};

}  // namespace

std::optional<CustomerReach> customer_reach(const CustomerLog& run, const CustomerLog& twin,
                                            const Incident& incident) {
    if (run.entries.empty() && twin.entries.empty()) return std::nullopt;
    CustomerReach reach;
    reach.kept_one_in = run.kept_one_in;
    reach.known = run.customers > 0;
    CellBook cells(run, twin, incident);
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
        cells.add(has_run ? here : Requests{}, has_twin ? there : Requests{});
        if (has_run) here = in_run.next();
        if (has_twin) there = in_twin.next();
    }
    reach.run = run_view.take();
    reach.twin = twin_view.take();
    reach.cells = cells.take();
    if (reach.run.active == 0 && reach.twin.active == 0) return std::nullopt;
    return reach;
}

}  // namespace models
