#include "models/analysis/setting_lookup.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace models {

namespace {

/// Below a family that key says no more than its value: `retryBudget: {percent: 10%}` is 10%.
bool is_short(const std::string& keys) { return keys.find(", ") == std::string::npos; }

}  // namespace

std::string SettingLookup::place_of(const EffectiveSetting& setting) const {
    if (setting.origin == SettingOrigin::built_in || !setting.range.has_file()) return "";
    const auto& name = sources_.name(setting.range.file);
    const auto base = name.substr(name.rfind('/') + 1);  // a report names no folders of a machine
    return setting.range.has_place() && base != "--set"
               ? fmt::format("{}:{}", base, setting.range.line)
               : base;
}

std::optional<SettingText> SettingLookup::at(const std::string& path) const {
    SettingText text{path, "", ""};
    std::string only;
    bool found = false;
    const auto below = path + ".";
    for (const EffectiveSetting& one : settings_) {
        if (one.path == path) return SettingText{path, one.value, place_of(one)};
        if (!one.path.starts_with(below)) continue;
        found = true;
        if (one.origin == SettingOrigin::built_in) continue;
        only = one.value;
        text.value +=
            (text.value.empty() ? "" : ", ") + one.path.substr(below.size()) + ": " + one.value;
        if (text.place.empty()) text.place = place_of(one);
    }
    if (!found) return std::nullopt;
    text.value = is_short(text.value) ? only : "{" + text.value + "}";
    return text;
}

std::optional<SettingText> SettingLookup::of_call(std::string_view strategy,
                                                  std::string_view caller, std::string_view callee,
                                                  std::string_view key) const {
    const std::array<std::string, 6> layers = {
        fmt::format("strategies.{}.policyFor.{}->{}.{}", strategy, caller, callee, key),
        fmt::format("policyFor.{}->{}.{}", caller, callee, key),
        fmt::format("strategies.{}.policyFor.{}.{}", strategy, callee, key),
        fmt::format("policyFor.{}.{}", callee, key),
        fmt::format("strategies.{}.{}", strategy, key),
        fmt::format("policy.{}", key),
    };
    for (const auto& path : layers) {
        if (auto found = at(path)) return found;
    }
    return std::nullopt;
}

std::vector<std::string> SettingLookup::own_keys(std::string_view strategy) const {
    const auto prefix = fmt::format("strategies.{}.", strategy);
    std::vector<std::string> keys;
    for (const EffectiveSetting& one : settings_) {
        if (!one.path.starts_with(prefix)) continue;
        auto key = one.path.substr(prefix.size());
        if (key.starts_with("policyFor.")) {
            const auto callee = key.find('.', std::string_view("policyFor.").size());
            if (callee != std::string::npos) key = key.substr(0, key.find('.', callee + 1));
        } else if (!key.starts_with("set.")) {
            key = key.substr(0, key.find('.'));
        }
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
    return keys;
}

}  // namespace models
