#pragma once

#include <span>
#include <string_view>

namespace models {

/// One key of the scenario file. The JSON Schema is made from the table, and a test holds the
/// reference (scenarios/README.md) against it.
struct SchemaField {
    std::string_view section;  ///< `service`; the top level is `scenario`
    std::string_view key;
    /// Alternatives separated by `|`: names of schema types (`duration`, `count`, `call`),
    /// constants in quotes (`'none'`), `[x]` for a list of x and `{x}` for a map from names to x.
    std::string_view type;
    std::string_view summary;
    bool required = false;
};

std::span<const SchemaField> schema_fields();

}  // namespace models
