#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace models {

/// One request as its customer saw it, in 8 bytes: a run has millions of them.
struct CustomerEntry {
    std::uint32_t customer = 0;
    std::uint32_t when = 0;  ///< milliseconds of the intended arrival, and in the last bit: bad

    CustomerEntry() = default;
    CustomerEntry(std::uint32_t who, sim::SimTime arrival, bool bad);
    [[nodiscard]] bool bad() const { return (when & 1U) != 0; }
    [[nodiscard]] double arrival_s() const { return static_cast<double>(when >> 1U) * 1e-3; }
    friend bool operator==(const CustomerEntry&, const CustomerEntry&) = default;
};

/// Every measured request of one group, in the order in which they ended. Of a group with more
/// requests than `kMostEntries` only a sample of its customers is kept, the same ones in a run and
/// its twin: all of a customer's requests or none.
struct CustomerLog {
    static constexpr std::uint64_t kMostEntries = 8'000'000;  ///< 64 MB

    std::uint64_t customers = 0;  ///< of the group; 0: nobody knows, and nothing is kept
    std::uint32_t kept_one_in = 1;
    std::vector<CustomerEntry> entries;

    /// Whether the sample has this customer.
    [[nodiscard]] bool keeps(std::uint64_t customer) const;
    friend bool operator==(const CustomerLog&, const CustomerLog&) = default;
};

/// One in how many customers to keep when so many requests are expected.
std::uint32_t sample_of(double expected_requests);

}  // namespace models
