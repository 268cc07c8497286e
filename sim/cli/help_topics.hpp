#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim::cli {

/// A text of `firedrill help NAME`.
struct Topic {
    std::string_view name;
    std::string_view summary;
    std::string_view text;
};
std::span<const Topic> topics();

/// One kind of a registry: a backoff, an effect, a distribution.
struct Kind {
    std::string_view name;
    std::string_view summary;
};

/// A registry of kinds, from the variant that parsing uses.
struct Family {
    std::string_view name;   ///< `backoff`
    std::string_view where;  ///< where a scenario writes one
    std::vector<Kind> kinds;
};
std::vector<Family> families();

}  // namespace sim::cli
