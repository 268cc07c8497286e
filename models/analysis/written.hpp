#pragma once

#include <string>
#include <vector>

#include "models/analysis/setting_lookup.hpp"

namespace models {

/// What somebody wrote to make the strategies and faults of a study what they are: their names
/// alone tell a reader nothing.
struct WrittenSettings {
    /// By strategy: what it has of its own, `retries` and `3`. Empty: it lives by what all share.
    std::vector<std::vector<SettingText>> strategies;
    std::vector<std::string> faults;  ///< `{at: 3m, for: 3m, zone: eu-1}`
};

/// Of the strategies and faults with these names, in their order.
WrittenSettings written_settings(const SettingLookup& lookup,
                                 const std::vector<std::string>& strategies,
                                 const std::vector<std::string>& faults);

}  // namespace models
