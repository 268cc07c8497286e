#include "sim/stats/mser.hpp"

#include <vector>

namespace sim {

namespace {

constexpr std::size_t kBatch = 5;

std::vector<double> batch_means(std::span<const double> series) {
    std::vector<double> means(series.size() / kBatch);
    for (std::size_t i = 0; i < means.size(); ++i) {
        double sum = 0;
        for (const double value : series.subspan(i * kBatch, kBatch)) sum += value;
        means[i] = sum / static_cast<double>(kBatch);
    }
    return means;
}

}  // namespace

Mser mser5(std::span<const double> series) {
    const std::vector<double> z = batch_means(series);
    const std::size_t half = z.size() / 2;
    if (half < 2) return {};
    Mser best;
    double mean = 0;
    double squares = 0;
    // From the end, so that each cut extends the moments of the one before (Welford).
    for (std::size_t d = z.size(); d-- > 0;) {
        const auto n = static_cast<double>(z.size() - d);
        const double deviation = z[d] - mean;
        mean += deviation / n;
        squares += deviation * (z[d] - mean);
        if (d >= half) continue;
        const double criterion = squares / (n * n);
        if (d + 1 == half || criterion <= best.criterion) {
            best = {d * kBatch, criterion, mean, false};
        }
    }
    best.steady = 10 * (best.truncation / kBatch) < 9 * half;
    return best;
}

}  // namespace sim
