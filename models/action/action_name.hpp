#pragma once

#include <string>
#include <string_view>

#include "sim/core/source_map.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// A word of the user's inside an action, with its place; empty: not written.
struct ActionName {
    std::string text;
    sim::SourceRange range;

    [[nodiscard]] bool written() const { return !text.empty(); }
};

/// How an action may be written short: `{shed: 50%}` is this parameter; empty: as a map only.
struct ActionSpelling {
    std::string_view main;
};

/// A parameter that is the name of something.
void name_parameter(sim::Parameters& p, std::string_view key, ActionName& name,
                    std::string_view summary);

}  // namespace models
