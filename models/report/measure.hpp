#pragma once

#include "models/report/cells.hpp"

namespace models {

/// Something that a table tells: a name in the JSON, how people read it, and how its numbers are
/// written.
struct Measure {
    const char* key;
    const char* title;
    sim::Cell (*cell)(const Part& estimate);
};

inline sim::Cell share(const Part& part) { return ratio_cell(part); }
inline sim::Cell count(const Part& part) { return count_cell(part); }
inline sim::Cell duration(const Part& part) { return duration_cell(part); }

}  // namespace models
