#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/accounts.hpp"
#include "models/engine/model.hpp"

namespace models {

/// What a look at all records has found, to be compared with the accounts.
struct Found {
    struct Flow {
        std::uint64_t under_way = 0;
        std::uint64_t measured = 0;  ///< of them
    };
    std::vector<Flow> flows;
    std::vector<EdgeCount> edges;
    std::vector<StationCount> stations;
    std::vector<std::uint64_t> messages;  ///< by service
    std::vector<std::uint64_t> tries;     ///< by balancer: that it counts
};

/// The accounts of one run, and when they are compared next.
struct Books {
    explicit Books(const SystemModel& model);

    Accounts accounts;
    Found found;
    std::uint64_t next_look = 0;  ///< once so many events have been dispatched
};

}  // namespace models
