#pragma once

#include <cstddef>

namespace sim {

/// Asks the processor to bring a record near, all of its lines. Changes nothing; a record that is
/// not there after all is only asked for in vain.
template <class Record>
void prefetch(const Record& record) {
    constexpr std::size_t kLine = 64;
    const auto* const bytes = reinterpret_cast<const char*>(&record);
    for (std::size_t i = 0; i < sizeof(Record); i += kLine) __builtin_prefetch(bytes + i);
}

}  // namespace sim
