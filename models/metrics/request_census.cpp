#include "models/metrics/request_census.hpp"

namespace models {

bool is_worse(const RequestSeen& a, const RequestSeen& b) {
    if (a.is_good() != b.is_good()) return b.is_good();
    if (!a.is_good() && a.tries != b.tries) return a.tries > b.tries;
    return a.sojourn() > b.sojourn();
}

void RequestCensus::ends(const RequestSeen& seen) {
    if (!counts(seen.arrival)) return;
    --open_;
    auto& kind = kinds_[seen.flow][index_of(seen.outcome, seen.is_good())];
    ++kind.count;
    if (kind.count == 1 || is_worse(seen, kind.worst)) kind.worst = seen;
}

template <class Use>
void RequestCensus::for_each_kind(const Use& use) const {
    for (const auto& flow : kinds_) {
        for (const auto& kind : flow) {
            if (kind.count > 0) use(kind);
        }
    }
}

std::optional<RequestCensus::Kind> RequestCensus::commonest_failure() const {
    std::optional<Kind> best;
    for_each_kind([&](const Kind& kind) {
        if (kind.worst.is_good()) return;
        if (!best || kind.count > best->count) best = kind;
    });
    return best;
}

std::optional<RequestCensus::Kind> RequestCensus::worst() const {
    std::optional<Kind> best;
    for_each_kind([&](const Kind& kind) {
        if (!best || is_worse(kind.worst, best->worst)) best = kind;
    });
    return best;
}

std::optional<RequestCensus::Kind> RequestCensus::worst_of(Outcome outcome) const {
    std::optional<Kind> best;
    for_each_kind([&](const Kind& kind) {
        if (kind.worst.outcome != outcome) return;
        if (!best || is_worse(kind.worst, best->worst)) best = kind;
    });
    return best;
}

std::uint64_t RequestCensus::failures() const {
    std::uint64_t sum = 0;
    for_each_kind([&](const Kind& kind) { sum += kind.worst.is_good() ? 0 : kind.count; });
    return sum;
}

std::uint64_t RequestCensus::total() const {
    std::uint64_t sum = 0;
    for_each_kind([&](const Kind& kind) { sum += kind.count; });
    return sum;
}

}  // namespace models
