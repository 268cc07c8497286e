#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/resolved.hpp"
#include "sim/core/source_map.hpp"

namespace models {

/// A setting as a report shows it.
struct SettingText {
    std::string path;   ///< `strategies.naive.retries`
    std::string value;  ///< `3`; of one with several keys those that somebody wrote
    std::string place;  ///< `webshop.yaml:57`; empty: nobody wrote it
};

/// Finds effective settings by their paths. What it is made of must outlive it.
class SettingLookup {
  public:
    SettingLookup(const std::vector<EffectiveSetting>& settings, const sim::SourceMap& sources)
        : settings_(settings), sources_(sources) {}

    /// The value at the path, or those below it; nothing when there is no such setting.
    [[nodiscard]] std::optional<SettingText> at(const std::string& path) const;
    /// The layer that decides a key of the calls between two (SEMANTICS 2).
    [[nodiscard]] std::optional<SettingText> of_call(std::string_view strategy,
                                                     std::string_view caller,
                                                     std::string_view callee,
                                                     std::string_view key) const;
    /// Names of the settings that a strategy has of its own, each once: `retries`,
    /// `policyFor.payment.retries`, `set.services.payment.queue`.
    [[nodiscard]] std::vector<std::string> own_keys(std::string_view strategy) const;

  private:
    [[nodiscard]] std::string place_of(const EffectiveSetting& setting) const;

    const std::vector<EffectiveSetting>& settings_;
    const sim::SourceMap& sources_;
};

}  // namespace models
