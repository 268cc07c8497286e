#pragma once

namespace models {

/// What requests cost each other that are at one place together, as a share of their own work
/// (Gunther, Guerrilla Capacity Planning, 2007: the universal scalability law).
struct Scalability {
    double contention = 0;  ///< sigma: they queue for what only one may have: a lock, a log, a bus
    double coherency = 0;   ///< kappa: each has to agree with each other: caches, sessions

    [[nodiscard]] bool perfect() const { return contention == 0 && coherency == 0; }
    /// How many times as long the work of one of `n` takes; `n` at least 1.
    [[nodiscard]] double cost(double n) const {
        return 1 + contention * (n - 1) + coherency * n * (n - 1);
    }
};

}  // namespace models
