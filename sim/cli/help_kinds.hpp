#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/report/document.hpp"
#include "sim/yaml/parameters.hpp"

namespace sim::cli {

/// A registry of kinds, from the variant (or the enumeration) that parsing uses.
struct Family {
    std::string_view name;  ///< `backoff`
    std::string where;      ///< where a scenario writes one
    std::vector<KindDoc> kinds;
};
std::vector<Family> families();

/// All that a word stands for in a scenario: keys, kinds and parameters of that name, with values,
/// defaults, formula, source, example. Without blocks when there is nothing.
Document word_document(const std::string& name);

/// Every key of `policy`, from the declarations that read it.
Document policy_document();

/// The parameters of one map as a table, those of maps inside it indented below their own.
Table parameter_table(const std::vector<ParameterDoc>& parameters);
nlohmann::ordered_json parameter_json(const ParameterDoc& parameter);

/// "AWS-SIM, SRE" with what the keys stand for, one a line.
void add_sources(Document& document, std::string_view keys);

}  // namespace sim::cli
