#pragma once

#include <cstddef>

namespace sim {

/// Asks the processor to bring a record near, or its first bytes. Changes nothing; a record that is
/// not there after all is only asked for in vain. A processor may not listen when it is asked for
/// more than a few dozen lines at a time.
template <class Record, std::size_t kBytes = sizeof(Record)>
void prefetch(const Record& record) {
    constexpr std::size_t kLine = 64;
    const auto* const bytes = reinterpret_cast<const char*>(&record);
    for (std::size_t i = 0; i < kBytes; i += kLine) __builtin_prefetch(bytes + i);
}

}  // namespace sim
