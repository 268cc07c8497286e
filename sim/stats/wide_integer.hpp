#pragma once

namespace sim {

/// 128 bits for exact sums: nanoseconds times levels, and sums over 1e12 latencies, leave 64 bits.
__extension__ using WideInteger = __int128;

}  // namespace sim
