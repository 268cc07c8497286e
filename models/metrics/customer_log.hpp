#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace models {

struct RequestDone;

/// One request as its customer saw it, in 16 bytes: a run has millions of them.
struct CustomerEntry {
    std::uint32_t customer = 0;
    std::uint32_t when = 0;    ///< milliseconds of the intended arrival, and in the last bit: bad
    float latency_s = 0;       ///< from the intended arrival to the end
    std::uint16_t zone = 0;    ///< where the customer is
    std::uint8_t journey = 0;  ///< of the group's
    std::uint8_t mark = 0;     ///< quality in 1/127, and in the last bit: touched

    CustomerEntry() = default;
    CustomerEntry(const RequestDone& fact, std::uint32_t journey);
    [[nodiscard]] bool bad() const { return (when & 1U) != 0; }
    [[nodiscard]] std::uint32_t arrival_ms() const { return when >> 1U; }
    [[nodiscard]] double arrival_s() const { return static_cast<double>(arrival_ms()) * 1e-3; }
    /// Of the reply, 0 to 1, rounded to 1/127; 1 unless a fallback has answered.
    [[nodiscard]] double quality() const { return static_cast<double>(mark >> 1U) / 127; }
    /// Whether some try of it reached what is watched (SystemModel::watched).
    [[nodiscard]] bool touched() const { return (mark & 1U) != 0; }
    friend bool operator==(const CustomerEntry&, const CustomerEntry&) = default;
};

/// Every measured request of one group, in the order in which they ended. Of a group with more
/// requests than `kMostEntries` only a sample of its customers is kept, the same ones in a run and
/// its twin: all of a customer's requests or none.
struct CustomerLog {
    static constexpr std::uint64_t kMostEntries = 6'000'000;  ///< 96 MB
    static constexpr std::uint32_t kMostJourneys = 256;       ///< of a group with a log

    std::uint64_t customers = 0;  ///< of the group; 0: nobody knows, each request is somebody new
    std::uint32_t kept_one_in = 1;
    std::vector<CustomerEntry> entries;

    /// Whether the sample has this customer.
    [[nodiscard]] bool keeps(std::uint64_t customer) const;
    friend bool operator==(const CustomerLog&, const CustomerLog&) = default;
};

/// One in how many customers to keep when so many requests are expected.
std::uint32_t sample_of(double expected_requests);

}  // namespace models
