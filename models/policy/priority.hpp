#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sim {
class Diagnostics;
struct Node;
}  // namespace sim

namespace models {

/// How much a request matters: Google's criticality classes, the most important first (SRE,
/// "Handling Overload"). What is not said is `critical`.
enum class Criticality : std::uint8_t { critical_plus, critical, sheddable_plus, sheddable };
inline constexpr std::size_t kCriticalities = 4;
std::string_view to_string(Criticality priority);
/// 0: the most important.
constexpr int rank(Criticality priority) { return static_cast<int>(priority); }

/// The value of a key `priority`; reports what is wrong with it.
std::optional<Criticality> read_priority(const sim::Node& node, sim::Diagnostics& diagnostics);

/// Cohorts that users fall into, so that the same ones are served and the same ones shed.
inline constexpr int kUserCohorts = 128;
/// The cohort in [0, 128) of a user or request with this key.
int user_cohort(std::uint64_t key);
/// The same, dealt anew in every `epoch`, so that nobody is shed forever (DAGOR: every hour).
int user_cohort(std::uint64_t key, std::int64_t epoch);

}  // namespace models
