#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/report/document.hpp"

namespace sim::cli {

/// What is known of a key of the scenario file, in every section that has one: where it is written,
/// values, default, keys inside it, rule, source, example; then the kinds of which it is a
/// parameter. Adds nothing when there is no such key.
void add_key(Document& document, const std::string& name);

/// The keys that have a word among their values: `processorSharing`. Adds nothing when none has.
void add_value(Document& document, const std::string& name);

/// Every key that `add_key` knows.
std::vector<std::string_view> key_names();

}  // namespace sim::cli
