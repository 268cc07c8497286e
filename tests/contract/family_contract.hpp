#pragma once

#include <optional>
#include <string>

#include "sim/yaml/load.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

// What every kind of a family promises: it is named, and its example is read as what it is.
namespace contract {

/// The value of the one key of `text`, read as a `Family`; nothing when it cannot be.
template <class Family>
std::optional<Family> read_value(const std::string& text, const sim::FamilyOptions& options = {}) {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto root = sim::load_text(sources, diagnostics, "example", text + "\n");
    if (!root || !root->is_map() || root->entries.size() != 1) return std::nullopt;
    auto value =
        sim::read_family<Family>(root->entries.front().value, diagnostics, "example", options);
    if (diagnostics.error_count() != 0) return std::nullopt;
    return value;
}

template <class Family, class Kind>
void check_declaration(const sim::FamilyOptions& options) {
    STATIC_REQUIRE_FALSE(Kind::name.empty());
    STATIC_REQUIRE_FALSE(Kind::summary.empty());
    STATIC_REQUIRE_FALSE(Kind::formula.empty());
    STATIC_REQUIRE_FALSE(Kind::source.empty());
    for (const auto& parameter : sim::list_parameters<Kind>()) {
        INFO(parameter.key);
        CHECK_FALSE(parameter.summary.empty());
        CHECK_FALSE(parameter.otherwise.empty());
    }
    const auto example = read_value<Family>(std::string(Kind::example), options);
    REQUIRE(example);
    CHECK(std::holds_alternative<Kind>(*example));
    CHECK_FALSE(sim::misfit_of(*example));
    CHECK_FALSE(sim::misfit_of(Family{Kind{}}));
}

}  // namespace contract
