#pragma once

#include <span>
#include <string_view>

namespace sim::cli {

/// A text of `firedrill help NAME`.
struct Topic {
    std::string_view name;
    std::string_view summary;
    std::string_view text;
};
std::span<const Topic> topics();

}  // namespace sim::cli
