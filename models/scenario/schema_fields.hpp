#pragma once

#include <span>
#include <string_view>

#include "sim/yaml/parameters.hpp"

namespace models {

/// One key of the scenario file, or of the map of a kind that may stand in it. The JSON Schema is
/// made from the table, and a test holds the reference (scenarios/README.md) against it.
struct SchemaField {
    /// `service`, `backoff`; the top level is `scenario`, and a map inside another is
    /// `policy.pool`.
    std::string_view section;
    std::string_view key;
    /// Alternatives separated by `|`: names of schema types (`duration`, `count`, `call`),
    /// constants in quotes (`'none'`), `[x]` for a list of x and `{x}` for a map from names to x.
    std::string_view type;
    std::string_view summary;
    bool required = false;
    const sim::ParameterDoc* doc = nullptr;  ///< where it is declared; null: in the table alone
};

std::span<const SchemaField> schema_fields();

}  // namespace models
