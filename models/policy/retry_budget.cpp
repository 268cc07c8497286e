#include "models/policy/retry_budget.hpp"

#include <algorithm>

namespace models {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

double long_run(const WindowedTokensBudget& budget) { return budget.percent; }
double long_run(const ConcurrentBudget& /*budget*/) { return kInfinite; }

/// A retry is allowed only where its failure has really taken a token, and only the end of a
/// successful call gives any back.
double long_run(const GrpcThrottleBudget& budget) {
    return static_cast<double>(budget.milli_ratio()) / 1000;
}

/// With refunds, one retry that succeeds is free, so every call may make one; what goes beyond is
/// paid by successes without retries.
double long_run(const QuotaBudget& budget) {
    const double earned =
        static_cast<double>(budget.success_increment) / static_cast<double>(budget.cheapest());
    return budget.refund == QuotaBudget::Refund::none ? earned : std::max(1.0, earned);
}

double long_run(const SuccessTokensBudget& budget) { return budget.deposit / budget.cost; }
double long_run(const RatioBudget& budget) { return budget.ratio; }

}  // namespace

bool covers_hedges(const RetryBudget& budget) {
    if (const auto* concurrent = std::get_if<ConcurrentBudget>(&budget)) {
        return concurrent->covers_hedges;
    }
    return std::holds_alternative<WindowedTokensBudget>(budget) ||
           std::holds_alternative<GrpcThrottleBudget>(budget);
}

double long_run_retries_per_call(const RetryBudget& budget) {
    return std::visit([](const auto& kind) { return long_run(kind); }, budget);
}

}  // namespace models
