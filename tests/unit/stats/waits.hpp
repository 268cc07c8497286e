#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "tests/unit/stats/samples.hpp"

/// Waiting times of a queue with one server by Lindley's recursion, in units of the mean work: the
/// known truth that intervals are tried on. Poisson arrivals at `load`; work is exponential, or
/// Pareto with index `tail` and the same mean, which has no variance up to 2.
class Waits {
  public:
    explicit Waits(std::uint64_t seed, double load = 0.8, double tail = 0)
        : samples_(seed), load_(load), tail_(tail) {}

    /// A wait as the stationary queue has it (exponential work only): 0, or exponential.
    void begin_stationary() {
        wait_ = samples_.uniform() < 1 - load_ ? 0 : samples_.exponential() / (1 - load_);
    }
    /// The wait of the next customer.
    double next() {
        const double now = wait_;
        const double arrives_later = samples_.exponential() / load_;
        wait_ = std::max(0.0, wait_ + work() - arrives_later);
        return now;
    }
    std::vector<double> series(std::size_t count) {
        std::vector<double> values(count);
        for (double& value : values) value = next();
        return values;
    }

    /// Of the exponential queue.
    static double mean(double load) { return load / (1 - load); }
    static double p99(double load) { return std::log(100 * load) / (1 - load); }
    /// sigma^2 of the mean wait (METHOD.md A2.3).
    static double asymptotic_variance(double load) {
        const double idle = 1 - load;
        return load * (2 + 5 * load - 4 * load * load + load * load * load) /
               (idle * idle * idle * idle);
    }

  private:
    double work() {
        if (tail_ == 0) return samples_.exponential();
        const double smallest = (tail_ - 1) / tail_;
        return smallest * std::pow(samples_.uniform(), -1 / tail_);
    }

    Samples samples_;
    double load_;
    double tail_;
    double wait_ = 0;
};
