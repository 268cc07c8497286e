#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "models/engine/world.hpp"

namespace models {

/// Compares the books with what is there: at the end of every run, and while it lasts whenever so
/// much has happened that a look at all records costs next to nothing. A difference is a bug of
/// ours: InternalError names the law, both sides, and whose books are wrong.
struct World::Audit {
    World& world;

    void look();
    /// At the end, when the metrics have reported.
    void compare(const RunResult& result) const;

  private:
    [[nodiscard]] Found& found() const { return world.books_.found; }
    void count() const;
    void count_attempt(AttemptId id) const;
    [[nodiscard]] bool waits_for(const Call& call, AttemptId id) const;
    void count_call(CallId id) const;
    void count_try(const Call& call, const Try& one) const;
    void count_station(InstanceId id) const;
    void check_accounts() const;
    void check_counters() const;
    void check_conditions() const;
    [[nodiscard]] std::string name_of_flow(std::size_t flow) const;
    [[nodiscard]] std::string name_of_edge(std::size_t edge) const;
    void require(const BrokenLaw& broken, std::string_view what, const std::string& whose) const;
    void require(bool holds, const char* law) const;
};

}  // namespace models
