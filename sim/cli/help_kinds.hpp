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

/// What a family offers: its kinds and presets.
Document family_document(const Family& family);

/// A name's kinds, of every family that has one: parameters, formula, source, example. Without
/// blocks when there is none.
Document kind_document(const std::string& name);

/// Every key of `policy`, from the declarations that read it.
Document policy_document();

/// The parameters of one map as a table.
Table parameter_table(const std::vector<ParameterDoc>& parameters);

}  // namespace sim::cli
